using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Reports;

/// <summary>
/// Takes device events in: what is evidence about a release is in a queue when this returns, the rest is counted. Each event stands for
/// itself: one at fault costs no other, and those of several apps may come in one report. An event that comes again is answered like the
/// first time, and neither queued nor counted.
/// </summary>
internal sealed class ReportIntake(EvidenceQueue queue, RecentEvents recent, Pepper pepper, TimeProvider time, Telemetry telemetry)
{
    private const int MaxAction = 64;

    /// <returns>A fault or null for each event, in order. Events at fault are dropped, the others are kept.</returns>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; the device is to send the report again.</exception>
    public async Task<IReadOnlyList<RequestFault?>> RunAsync(IReadOnlyList<DeviceEvent?> events, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var faults = new RequestFault?[events.Count];
        var fresh = new List<ReceivedEvent>();
        var keys = new HashSet<EventKey>();
        for (var i = 0; i < events.Count; i++)
        {
            faults[i] = Read(events[i], now, out var received);
            if (received is null)
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
            if (item.IsTimed)
            {
                recent.Remember(item.Key);
            }
        }
    }

    private RequestFault? Read(DeviceEvent? report, DateTimeOffset now, out ReceivedEvent? received)
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
        var evidence = EvidenceOf(report, action, kind, device, now);
        received = new ReceivedEvent(EventKey.Of(device.Device, report, pepper), report.Timestamp is not null, kind, evidence);
        return null;
    }

    /// <returns>Null for what says nothing about a release.</returns>
    private static DeviceEvidence? EvidenceOf(DeviceEvent report, string action, EventClass kind, DeviceIdentity device, DateTimeOffset now)
    {
        var isNamed = kind is not EventClass.UnattributedFailure && !string.IsNullOrEmpty(report.VersionName);
        var version = isNamed ? NamedVersion(report.VersionName!) : null;

        // Only a failure that names nothing may be about the release last offered: what names the builtin bundle is about that.
        return EventClasses.Vote(kind) is { } vote && (version is not null || (vote.IsFailure() && !isNamed))
            ? new DeviceEvidence(device.App.Value, device.Device.Hex, version, vote, action, now)
            : null;
    }

    // File-level failures name the version and the file: "1.4.1:assets/app.js.br".
    private static string? NamedVersion(string versionName) =>
        BundleVersion.TryParse(versionName.Split(':', 2)[0], out var version) ? version.Value : null;

    /// <param name="Key">Which event it is.</param>
    /// <param name="IsTimed">Without a time, the same thing happening twice looks like one event sent twice: not worth remembering.</param>
    /// <param name="Class">What it is counted as.</param>
    /// <param name="Evidence">What it says about a release, if anything.</param>
    private sealed record ReceivedEvent(EventKey Key, bool IsTimed, EventClass Class, DeviceEvidence? Evidence)
    {
        public bool IsFailure => Evidence is { } evidence && evidence.Kind.IsFailure();
    }
}
