using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.SyntheticDevices;

namespace Serverless.Rollbacks;

/// <summary>The step from confirmed to probed: a synthetic device of each plugin generation installs what the channels that moved offer now.</summary>
internal sealed class RecoveryProbe(ReleaseCatalog catalog, ChannelProbe probe, IOptions<RecoveryOptions> options, TimeProvider time)
{
    public async Task<RecoveryFinding> RunAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        var run = probe.Begin();
        var installed = 0;
        foreach (var move in incident.Plan.Intersect(incident.Moves).DistinctBy(move => (move.Channel, move.Cell)))
        {
            if (await catalog.FindChannelAsync(app, move.Channel, cancellation) is not { } channel)
            {
                continue;
            }

            foreach (var result in await run.InstallAsync(app, channel, move.Target, move.Cell, cancellation))
            {
                if (result.Outcome is ProbeOutcome.Failed or ProbeOutcome.Unanswered)
                {
                    var finding = $"{result.Generation} on {move.Where}: {result.Note}";
                    return time.GetUtcNow() - incident.Since < options.Value.ProbeWithin
                        ? new RecoveryFinding(null, finding)
                        : new RecoveryFinding(IncidentState.Escalated, $"Synthetic devices fail on the new target. {finding}");
                }

                installed += result.Outcome is ProbeOutcome.Installed ? 1 : 0;
            }
        }

        return new RecoveryFinding(IncidentState.Probed, $"{installed} synthetic devices are on the new targets.");
    }
}
