using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Updates;

namespace Serverless.SyntheticDevices;

/// <summary>
/// Probes every channel of every app. A release that cannot be installed gets an incident, which closes by itself when it can be again. A run
/// that is out of time goes on, next time, with the app it did not come to.
/// </summary>
internal sealed partial class ProbeSweep(
    ReleaseCatalog catalog,
    ChannelProbe probe,
    ProbeIncidents incidents,
    IOptions<SyntheticDeviceOptions> options,
    IOptions<SnapshotOptions> snapshots,
    TimeProvider time,
    ILogger<ProbeSweep> logger)
{
    private AppId? _next;

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(options.Value.RunTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        var run = probe.Begin();
        try
        {
            var apps = await catalog.ListAppsAsync(ended.Token).Select(listed => listed.App).ToListAsync(ended.Token);
            var first = Math.Max(0, apps.FindIndex(app => app == _next));
            foreach (var app in apps.Skip(first).Concat(apps.Take(first)))
            {
                _next = app;
                await ProbeAsync(run, app, ended.Token);
            }

            _next = null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            LogCutShort(_next);
        }
    }

    private async Task ProbeAsync(ProbeRun run, AppId app, CancellationToken cancellation)
    {
        var found = new List<(BundleVersion Version, ProbeResult Result)>();
        foreach (var channel in await catalog.ListChannelsAsync(app, cancellation))
        {
            foreach (var target in Targets(channel))
            {
                var results = await ProbeAsync(run, app, channel, target, cancellation);
                foreach (var bad in results.Where(result => result.Outcome is ProbeOutcome.Failed or ProbeOutcome.Unanswered))
                {
                    LogFailed(app, channel.Name, bad.Generation, bad.Note);
                }

                found.AddRange(target is { } version ? results.Select(result => (version, result)) : []);
            }
        }

        foreach (var release in found.GroupBy(probe => probe.Version, probe => probe.Result))
        {
            if (release.FirstOrDefault(result => result.Outcome is ProbeOutcome.Failed) is { } failed)
            {
                await incidents.OpenAsync(app, release.Key, $"A synthetic device with plugin {failed.Generation} found: {failed.Note}", cancellation);
            }
            else if (release.All(result => result.Outcome is ProbeOutcome.Installed))
            {
                await incidents.CloseAsync(app, release.Key, "Synthetic devices of every plugin generation install it again.", cancellation);
            }
        }
    }

    /// <summary>Looks twice before a failure is one: the channel may have moved while it was asked, and an instance may not know yet.</summary>
    private async Task<IReadOnlyList<ProbeResult>> ProbeAsync(
        ProbeRun run, AppId app, Channel channel, BundleVersion? target, CancellationToken cancellation)
    {
        var results = await run.InstallAsync(app, channel, target, cell: null, cancellation);
        if (results.All(result => result.Outcome is not ProbeOutcome.Failed))
        {
            return results;
        }

        await Task.Delay(snapshots.Value.MaxAge, time, cancellation);
        return await catalog.FindChannelAsync(app, channel.Name, cancellation) is { } now && Targets(now).Contains(target)
            ? await run.InstallAsync(app, now, target, cell: null, cancellation)
            : [];
    }

    private static IEnumerable<BundleVersion?> Targets(Channel channel) =>
        channel.Rollout is { } rollout ? [channel.Target, rollout.Candidate] : [channel.Target];

    [LoggerMessage(LogLevel.Warning, "A synthetic device on {Channel} of {App}, plugin {Generation}: {Note}")]
    private partial void LogFailed(AppId app, ChannelName channel, string generation, string note);

    [LoggerMessage(LogLevel.Warning, "Probing channels took too long; the next run begins with {App}.")]
    private partial void LogCutShort(AppId? app);
}
