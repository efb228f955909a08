using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Errors;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Statistics;
using Serverless.Storage;
using Serverless.SyntheticDevices;

namespace Serverless.Reports;

/// <summary>
/// Takes device events in: what is evidence about a release, or an error of one, is in a queue when this returns, the rest is counted. Each event stands for
/// itself: one at fault costs no other, and those of several apps may come in one report. An event that comes again is answered like the
/// first time, and neither queued nor counted; nor is one of a device that does not show what its app asks for, or of no app: they are not told.
/// </summary>
internal sealed class ReportIntake(
    EvidenceQueue queue, RecentEvents recent, UsageCounts usage, Pepper pepper, Tickets tickets, TimeProvider time, Telemetry telemetry)
{
    private const int MaxAction = 64;

    /// <param name="events">What was sent; null where it is no event.</param>
    /// <param name="network">Where it came from.</param>
    /// <param name="admission">For whom it may speak.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A fault or null for each event, in order. Events at fault are dropped, the others are kept.</returns>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; the device is to send the report again.</exception>
    public async Task<IReadOnlyList<RequestFault?>> RunAsync(
        IReadOnlyList<DeviceEvent?> events, NetworkTag? network, DeviceAdmission admission, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var faults = new RequestFault?[events.Count];
        var fresh = new List<ReceivedEvent>();
        var keys = new HashSet<EventKey>();
        for (var i = 0; i < events.Count; i++)
        {
            faults[i] = Read(events[i], network, now, out var received);
            if (received is null || !await admission.IncludesAsync(received.From))
            {
                continue;
            }

            if (keys.Add(received.Key) && !recent.Contains(received.Key))
            {
                fresh.Add(received);
            }
            else
            {
                telemetry.EventRepeated();
            }
        }

        // First, because they may come again: what was counted as an error twice only looks worse than it is.
        await queue.SendAsync([.. fresh.Select(item => item.Error).OfType<ErrorReport>()], cancellation);
        await TakeInAsync(Queues.FailureReports, fresh.FindAll(item => item.IsFailure), cancellation);
        await TakeInAsync(Queues.DeviceEvents, fresh.FindAll(item => !item.IsFailure), cancellation);
        return faults;
    }

    // Remembered only when it is durable: what fails here comes again, and must be taken in then.
    private async Task TakeInAsync(string name, List<ReceivedEvent> events, CancellationToken cancellation)
    {
        await queue.SendAsync(name, [.. events.Select(item => item.Evidence).OfType<DeviceEvidence>()], cancellation);
        foreach (var item in events)
        {
            telemetry.EventReceived(item.Class.ToString().ToLowerInvariant());
            if (item.About is { } about)
            {
                usage.Reported(item.From, item.Action, about);
            }

            if (item.IsTimed)
            {
                recent.Remember(item.Key);
            }
        }
    }

    private RequestFault? Read(DeviceEvent? report, NetworkTag? network, DateTimeOffset now, out ReceivedEvent? received)
    {
        received = null;
        if (report is null || report.Action is not { Length: > 0 and <= MaxAction } action)
        {
            return RequestFault.InvalidBody;
        }

        if (DeviceIdentity.Parse(report.AppId, report.DeviceId, pepper, out var device) is { } fault)
        {
            return fault;
        }

        var kind = EventClasses.Of(action, report.Platform);
        var cells = DeviceCells.Of(report.Platform, report.VersionBuild, report.PluginVersion, report.VersionOs);
        received = new ReceivedEvent(device, EventKey.Of(device.Device, report, pepper), report.Timestamp is not null, action, kind)
        {
            About = BundleVersion.TryParse(report.VersionName, out var version) && !SyntheticDeviceId.IsOne(report.DeviceId!, pepper)
                ? SeriesKey.About(version, report.Platform)
                : null,
            Evidence = EvidenceOf(report, action, kind, device, now) is { } evidence
                ? evidence with { Cells = cells, Network = tickets.IsGood(report.CustomId, device) ? null : network }
                : null,
            Error = ErrorOf(report, action, kind, device, now) is { } error ? error with { Cells = cells } : null,
        };
        return null;
    }

    /// <returns>Null for what says nothing about a release.</returns>
    private static DeviceEvidence? EvidenceOf(DeviceEvent report, string action, EventClass kind, DeviceIdentity device, DateTimeOffset now)
    {
        var version = VersionOf(report, kind, out var isToBeFound);
        return EventClasses.Vote(kind) is { } vote && (version is not null || isToBeFound)
            ? new DeviceEvidence(device.App.Value, device.Device.Hex, version, vote, action, now)
            : null;
    }

    private static ErrorReport? ErrorOf(DeviceEvent report, string action, EventClass kind, DeviceIdentity device, DateTimeOffset now)
    {
        var version = VersionOf(report, kind, out var isToBeFound);
        return EventClasses.IsError(kind) && (version is not null || isToBeFound)
            ? new ErrorReport(device.App.Value, device.Device.Hex, version, action, ErrorLine.Of(report.Metadata), now)
            : null;
    }

    /// <param name="report">The event.</param>
    /// <param name="kind">Its class.</param>
    /// <param name="isToBeFound">
    /// A failure that names nothing is about the release last offered. What names the builtin bundle is about that, and a crash about what runs.
    /// </param>
    private static string? VersionOf(DeviceEvent report, EventClass kind, out bool isToBeFound)
    {
        var isNamed = kind is not EventClass.UnattributedFailure && !string.IsNullOrEmpty(report.VersionName);
        isToBeFound = !isNamed && kind is (EventClass.Failure or EventClass.FileFailure or EventClass.UnattributedFailure);
        return isNamed ? NamedVersion(report.VersionName!) : null;
    }

    // File-level failures name the version and the file: "1.4.1:assets/app.js.br".
    private static string? NamedVersion(string versionName) =>
        BundleVersion.TryParse(versionName.Split(':', 2)[0], out var version) ? version.Value : null;

    /// <param name="From">Who reports it.</param>
    /// <param name="Key">Which event it is.</param>
    /// <param name="IsTimed">Without a time, the same thing happening twice looks like one event sent twice: not worth remembering.</param>
    /// <param name="Action">The plugin's action.</param>
    /// <param name="Class">What it is counted as.</param>
    private sealed record ReceivedEvent(DeviceIdentity From, EventKey Key, bool IsTimed, string Action, EventClass Class)
    {
        /// <summary>What statistics count it for, if they do.</summary>
        public SeriesKey? About { get; init; }

        /// <summary>What it says about a release, if anything.</summary>
        public DeviceEvidence? Evidence { get; init; }

        /// <summary>The error it reports, if any.</summary>
        public ErrorReport? Error { get; init; }

        public bool IsFailure => Evidence is { } evidence && evidence.Kind.IsFailure();
    }
}
