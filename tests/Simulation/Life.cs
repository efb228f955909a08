using Serverless.Rollbacks.Decisions;

namespace Serverless.Simulation;

/// <summary>One life of a release, as far as it would get if nobody halted it.</summary>
internal sealed record Life
{
    /// <summary>Devices that are exposed in all.</summary>
    public required long Fleet { get; init; }

    /// <summary>How many devices were exposed when each failure was heard of, in order.</summary>
    public required long[] HeardAt { get; init; }

    public required Arm History { get; init; }

    /// <summary>Devices held back with a verdict for each exposed one; null without a live control.</summary>
    public double? LivePerExposed { get; init; }

    /// <summary>Which of the devices held back failed, in order.</summary>
    public long[] LiveFailures { get; init; } = [];

    public static Life Draw(Scenario scenario, Random random)
    {
        var heard = random.Failures(scenario.Fleet, scenario.CandidateRate)
            .Where(_ => random.NextDouble() >= scenario.Silent)
            .Select(device => Math.Min(device + Delay(scenario, random), scenario.Fleet))
            .Order()
            .Select((exposed, before) => Math.Max(exposed, before + 1))
            .ToArray();
        return new Life
        {
            Fleet = scenario.Fleet,
            HeardAt = heard,
            History = new Arm(scenario.History, random.Failures(scenario.History, scenario.StableRate).LongCount()),
            LivePerExposed = scenario.LivePerExposed,
            LiveFailures = scenario.LivePerExposed is { } perExposed
                ? [.. random.Failures((long)(scenario.Fleet * perExposed), scenario.StableRate)]
                : [],
        };
    }

    /// <summary>The devices held back that have a verdict when so many are exposed.</summary>
    public Arm LiveAt(long exposed)
    {
        var devices = (long)(exposed * LivePerExposed.GetValueOrDefault());
        var found = Array.BinarySearch(LiveFailures, devices + 1);
        return new Arm(devices, found >= 0 ? found : ~found);
    }

    private static long Delay(Scenario scenario, Random random) => scenario.Arrival switch
    {
        Arrival.Random => random.NextInt64(501),
        Arrival.Late => 500,
        Arrival.GoodsFirst => scenario.Fleet,
        Arrival.Overtaking => -100,
        _ => 0,
    };
}
