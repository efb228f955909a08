using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Statistics;

/// <summary>
/// Makes hours out of minutes and days out of hours, and forgets what is old. A row is computed anew and replaced, never added to, and
/// nothing is deleted that was not rolled up: a run that dies anywhere, or comes twice, leaves the same numbers.
/// </summary>
internal sealed class StatisticsRollUp(ReleaseCatalog catalog, UsageStore usage, ActiveDevices devices, TimeProvider time, IOptions<StatisticsOptions> options)
{
    // Rows of an app and step; the others follow in the next runs.
    private const int MaxForgottenAtOnce = 10_000;

    // What an instance could not store for a while comes late.
    private const int PeriodsAgain = 2;

    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var (app, _) in catalog.ListAppsAsync(cancellation))
        {
            await RollUpAsync(app, cancellation);
        }
    }

    /// <summary>Forgets what is old, rolled up before.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await foreach (var (app, _) in catalog.ListAppsAsync(cancellation))
        {
            await RollUpAsync(app, cancellation);
            await ForgetAsync(app, cancellation);
        }
    }

    private async Task RollUpAsync(AppId app, CancellationToken cancellation)
    {
        foreach (var step in TimeSteps.RolledUp)
        {
            await RollUpAsync(app, step, cancellation);
        }
    }

    private async Task RollUpAsync(AppId app, TimeStep step, CancellationToken cancellation)
    {
        var (finer, end) = (step.Finer(), step.Ceiling(time.GetUtcNow()));
        var whole = step.Ceiling(await usage.ForgottenBeforeAsync(app, finer, cancellation));
        var last = await usage.LastAsync(app, step, whole, end, cancellation);
        var start = last - (PeriodsAgain * step.Length()) ?? (await usage.FirstAsync(app, finer, whole, end, cancellation) is { } first ? step.Floor(first) : end);
        foreach (var at in step.Periods(start < whole ? whole : start, end))
        {
            var parts = await usage.ReadAsync(app, finer, at, at + step.Length(), cancellation);
            if (parts.Count > 0)
            {
                await usage.PutAsync(app, step, at, shard: "", parts.Values.Aggregate(UsageFrame.Empty, (sum, part) => sum.Merge(part)), cancellation);
            }
        }
    }

    private async Task ForgetAsync(AppId app, CancellationToken cancellation)
    {
        foreach (var step in Enum.GetValues<TimeStep>())
        {
            // Whole days, so that no hour or day is rolled up from a part of itself.
            var before = TimeStep.Day.Floor(time.GetUtcNow() - options.Value.Kept(step));
            await usage.ForgetAsync(app, step, before, MaxForgottenAtOnce, cancellation);
            await devices.ForgetAsync(app, step, before, MaxForgottenAtOnce, cancellation);
        }
    }
}
