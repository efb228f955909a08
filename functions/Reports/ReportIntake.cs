using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Reports;

/// <summary>Takes device events in: what is evidence about a release is in a queue when this returns, the rest is counted.</summary>
internal sealed class ReportIntake(EvidenceQueue queue, Pepper pepper, TimeProvider time, Telemetry telemetry)
{
    private const int MaxAction = 64;

    /// <returns>A fault or null for each event, in order. Events at fault are dropped, the others are kept.</returns>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; the device is to send the report again.</exception>
    public async Task<IReadOnlyList<RequestFault?>> RunAsync(IReadOnlyList<DeviceEvent?> events, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var faults = new RequestFault?[events.Count];
        var evidence = new List<DeviceEvidence>();
        for (var i = 0; i < events.Count; i++)
        {
            faults[i] = Read(events[i], now, evidence);
        }

        var failures = evidence.ToLookup(item => item.Kind.IsFailure());
        await queue.SendAsync(Queues.FailureReports, [.. failures[true]], cancellation);
        await queue.SendAsync(Queues.DeviceEvents, [.. failures[false]], cancellation);
        return faults;
    }

    private RequestFault? Read(DeviceEvent? report, DateTimeOffset now, List<DeviceEvidence> evidence)
    {
        if (report is null || report.Action is not { Length: > 0 and <= MaxAction } action)
        {
            return RequestFault.InvalidBody;
        }

        if (DeviceRequest.Parse(report, pepper, out var device) is { } fault)
        {
            return fault;
        }

        var kind = EventClasses.Of(action, device.Platform);
        telemetry.EventReceived(kind.ToString().ToLowerInvariant());
        var isNamed = kind is not EventClass.UnattributedFailure && device.VersionName.Length > 0;
        var version = isNamed ? NamedVersion(device.VersionName) : null;

        // Only a failure that names nothing may be about the release last offered: what names the builtin bundle is about that.
        if (EventClasses.Vote(kind) is { } vote && (version is not null || (vote is VoteKind.Failed && !isNamed)))
        {
            evidence.Add(new DeviceEvidence(device.App.Value, device.Device.Hex, version, vote, action, now));
        }

        return null;
    }

    // File-level failures name the version and the file: "1.4.1:assets/app.js.br".
    private static string? NamedVersion(string versionName) =>
        BundleVersion.TryParse(versionName.Split(':', 2)[0], out var version) ? version.Value : null;
}
