using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Observability;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>
/// Brings an incident from step to step. Each step is one transaction that is committed only while the incident is as it was when the step
/// began, so two runs at once, a run after a crash and people in between do each step once or leave it.
/// </summary>
internal sealed partial class Recovery(
    ReleaseCatalog catalog,
    RecoveryPlanning planning,
    RecoveryMoves moves,
    RecoveryConfirmation confirmation,
    RecoveryProbe probe,
    OutcomeStore outcomes,
    IncidentJournal journal,
    IOptions<RecoveryOptions> options,
    TimeProvider time,
    ILogger<Recovery> logger)
{
    // A plan may have to be made again when its targets fail meanwhile; whoever cannot end that has people look.
    private const int MaxPlans = 10;

    /// <summary>Proves targets and moves the channels: what devices wait for.</summary>
    public async Task MoveAsync(AppId app, BundleVersion version, CancellationToken cancellation)
    {
        for (var plans = 0; await catalog.FindIncidentAsync(app, version, cancellation) is { IsUnderWay: true } incident;)
        {
            switch (incident.State)
            {
                case IncidentState.Opened when ++plans > MaxPlans:
                    await journal.EnterAsync(app, incident, IncidentState.Escalated, "The plan did not hold however often it was made.", time.GetUtcNow(), cancellation);
                    return;
                case IncidentState.Opened:
                    await planning.RunAsync(app, incident, cancellation);
                    break;
                case IncidentState.Verified:
                    await moves.RunAsync(app, incident, cancellation);
                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>
    /// Takes every step that can be taken now, and tells of each. Whatever was decided or done before, and by whom, is told first: whoever changes an
    /// incident leaves that to its message.
    /// </summary>
    /// <returns>When to come back, or null when nothing is to be done or the timer watches.</returns>
    public async Task<TimeSpan?> AdvanceAsync(AppId app, BundleVersion version, CancellationToken cancellation)
    {
        await MoveAsync(app, version, cancellation);
        if (await catalog.FindIncidentAsync(app, version, cancellation) is not { } known)
        {
            return null;
        }

        await journal.TellAsync(app, known, cancellation);
        while (await catalog.FindIncidentAsync(app, version, cancellation) is { IsUnderWay: true, State: not (IncidentState.Opened or IncidentState.Verified) } incident)
        {
            using var span = Traces.Start("recover").About(app.Value, version.Value)?.SetTag("updates.incident.state", $"{incident.State}");
            var finding = incident.State switch
            {
                IncidentState.Moved => await FindTakeoverAsync(app, incident, cancellation) ?? await confirmation.RunAsync(app, incident, cancellation),
                IncidentState.Confirmed => await FindTakeoverAsync(app, incident, cancellation) ?? await probe.RunAsync(app, incident, cancellation),
                _ => RecoveryWatch.Judge(incident, await outcomes.TallyAsync(app, version, cancellation), options.Value, time.GetUtcNow()),
            };
            if (finding.Next is not { } next)
            {
                LogWaiting(app, version, finding.Note);
                return incident.State is IncidentState.Probed ? null : options.Value.RetryAfter;
            }

            LogStep(app, version, next, finding.Note);
            if (await journal.EnterAsync(app, incident, next, finding.Note, time.GetUtcNow(), cancellation) is { } entered)
            {
                await journal.TellAsync(app, entered, cancellation);
            }
        }

        return null;
    }

    /// <summary>Looks whether the channels are where the recovery put them.</summary>
    /// <returns>Null while they are.</returns>
    private async Task<RecoveryFinding?> FindTakeoverAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        foreach (var move in incident.Plan.Intersect(incident.Moves).Where(move => move.Kind is MoveKind.Pointer))
        {
            if (await catalog.FindChannelAsync(app, move.Channel, cancellation) is { } channel && channel.Target != move.Target)
            {
                var isFailed = move.Target is { } target && await catalog.FindReleaseAsync(app, target, cancellation) is not { WithdrawnBecause: null };
                return isFailed
                    ? new RecoveryFinding(IncidentState.Escalated, $"The target {move.TargetName} failed itself.")
                    : new RecoveryFinding(IncidentState.TakenOver, $"{channel.Name} was pointed at {channel.Target?.Value ?? BundleVersion.Builtin} meanwhile.");
            }
        }

        return null;
    }

    [LoggerMessage(LogLevel.Warning, "The incident of {Version} of {App} is {State}: {Note}")]
    private partial void LogStep(AppId app, BundleVersion version, IncidentState state, string note);

    [LoggerMessage(LogLevel.Information, "The incident of {Version} of {App} waits: {Note}")]
    private partial void LogWaiting(AppId app, BundleVersion version, string note);
}

/// <summary>What a step found.</summary>
/// <param name="Next">The state that follows, or null to look again later.</param>
/// <param name="Note">What was found, in sentences.</param>
internal sealed record RecoveryFinding(IncidentState? Next, string Note);
