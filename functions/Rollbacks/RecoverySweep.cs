using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>
/// Finds recoveries that nobody is working on, because their message was given up, and watches those whose devices are awaited. It changes
/// nothing itself: it sends the message of whatever has a step to take. Costs one small read an app in which nothing is open.
/// </summary>
internal sealed class RecoverySweep(ReleaseCatalog catalog, OutcomeStore outcomes, RecoveryQueue queue, IOptions<RecoveryOptions> options, TimeProvider time)
{
    // Longer than a message that works is ever silent.
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<AppId, long> _quiet = new();

    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var (app, state) in catalog.ListAppsAsync(cancellation))
        {
            if (_quiet.TryGetValue(app, out var revision) && revision == state.Revision)
            {
                continue;
            }

            var open = (await catalog.ListIncidentsAsync(app, cancellation)).Where(incident => incident.IsUnderWay).ToArray();
            foreach (var incident in open)
            {
                if (await HasStepAsync(app, incident, cancellation))
                {
                    await queue.SendAsync(app, incident.Version, TimeSpan.Zero, cancellation);
                }
            }

            if (open.Length == 0)
            {
                _quiet[app] = state.Revision;
            }
        }
    }

    private async Task<bool> HasStepAsync(AppId app, Incident incident, CancellationToken cancellation) => incident.State is IncidentState.Probed
        ? RecoveryWatch.Judge(incident, await outcomes.TallyAsync(app, incident.Version, cancellation), options.Value, time.GetUtcNow()).Next is not null
        : time.GetUtcNow() - incident.Since >= Stuck;
}
