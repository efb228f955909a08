using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Rollouts;

/// <summary>
/// Takes the steps of rollouts that are due. A step is taken from the very channel that was judged, so several instances, and a run whose
/// answer was lost, take it once.
/// </summary>
internal sealed partial class RolloutRamp(
    ReleaseCatalog catalog, RolloutHealth health, ApprovalGate gate, ChannelWriter channels, TimeProvider time, ILogger<RolloutRamp> logger)
{
    private const string Actor = "rollout-ramp";

    // Where no rollout ran, none runs until the app changes.
    private readonly ConcurrentDictionary<AppId, long> _idle = new();

    /// <summary>An app whose rows cannot be read does not hold up the others.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var (app, state) in catalog.ListAppsAsync(cancellation))
        {
            if (_idle.GetValueOrDefault(app) != state.Revision && !await TryRunAsync(app, cancellation))
            {
                _idle[app] = state.Revision;
            }
        }
    }

    /// <returns>False when the app has no rollout that could go on by itself.</returns>
    private async Task<bool> TryRunAsync(AppId app, CancellationToken cancellation)
    {
        try
        {
            var running = (await catalog.ListChannelsAsync(app, cancellation)).Where(channel => channel.Rollout is { IsPaused: false }).ToArray();
            foreach (var channel in running)
            {
                await StepAsync(app, channel, channel.Rollout!, cancellation);
            }

            return running.Length > 0;
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            LogPostponed(e, app);
            return true;
        }
    }

    private async Task StepAsync(AppId app, Channel judged, Rollout rollout, CancellationToken cancellation)
    {
        var (tally, obstacle) = await health.JudgeAsync(app, judged, rollout, cancellation);
        if (obstacle is not null)
        {
            return;
        }

        var reason = $"{tally.Good} good and {tally.Failed} failed devices after step {rollout.Stage + 1}";
        var tag = ChannelAdministration.Tag(judged);
        var stepped = await channels.ChangeAsync(
            app,
            judged.Name,
            known => known == tag,
            async (channel, _, token) =>
            {
                var act = RolloutActs.Step(channel, Actor, reason, time.GetUtcNow());
                return await gate.FindPassAsync(app, channel, act.Channel, Actor, token) is { } pass ? pass.With(act) : null;
            },
            cancellation);
        if (stepped is not null && ChannelAdministration.Tag(stepped) != tag)
        {
            LogStepped(rollout.Candidate, judged.Name, app, stepped.Rollout is { } next ? $"goes on: {next}" : "is finished");
        }
    }

    [LoggerMessage(LogLevel.Information, "The rollout of {Version} on {Channel} of {App} {Step}.")]
    private partial void LogStepped(BundleVersion version, ChannelName channel, AppId app, string step);

    [LoggerMessage(LogLevel.Warning, "The rollouts of {App} could not be looked at; the next run tries again.")]
    private partial void LogPostponed(Exception fault, AppId app);
}
