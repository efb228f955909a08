using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Observability;
using Serverless.Releases;
using Serverless.Rollbacks.Decisions;
using Serverless.Updates;

namespace Serverless.Rollbacks;

/// <summary>
/// Carries a decision against a release out as far as devices wait for it: the incident opens, targets are proven, the channels move. The rest
/// of the recovery is left to its queue. Run again after a crash, it goes on where it stopped; run twice, it does it once.
/// </summary>
internal sealed partial class ReleaseWithdrawal(
    IncidentOpening opening,
    ReleaseCatalog catalog,
    Recovery recovery,
    RecoveryQueue queue,
    AppSnapshots snapshots,
    Telemetry telemetry,
    ILogger<ReleaseWithdrawal> logger)
{
    // Long enough for this call to move the channels itself, so that the message finds what is left.
    private static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(2);

    public async Task RunAsync(AppId app, BundleVersion version, RollbackDecision decision, CancellationToken cancellation)
    {
        using var span = Traces.Start("withdraw").About(app.Value, version.Value);
        if (await opening.OpenAsync(app, version, decision, cancellation) is { } opened)
        {
            snapshots.Invalidate(app);
            telemetry.ReleaseWithdrawn();
            LogOpened(app, version, opened.State, opened.Reason);
        }

        if (await catalog.FindIncidentAsync(app, version, cancellation) is { IsUnderWay: true, State: IncidentState.Opened or IncidentState.Verified })
        {
            // Before the work: whatever happens to this call, somebody finishes it.
            await queue.SendAsync(app, version, HeadStart, cancellation);
            await recovery.MoveAsync(app, version, cancellation);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Release {Version} of {App} is decided against ({State}): {Reason}")]
    private partial void LogOpened(AppId app, BundleVersion version, IncidentState state, string reason);
}
