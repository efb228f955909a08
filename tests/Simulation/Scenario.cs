namespace Serverless.Simulation;

/// <summary>When a failure is heard of, after its device was exposed.</summary>
internal enum Arrival
{
    /// <summary>At once: failures come before the good verdicts.</summary>
    FailuresFirst,

    /// <summary>After up to 500 further devices.</summary>
    Random,

    /// <summary>After 500 further devices.</summary>
    Late,

    /// <summary>When the whole fleet was exposed.</summary>
    GoodsFirst,

    /// <summary>While the last 100 devices are not counted yet as exposed: what the decision does not allow for.</summary>
    Overtaking,
}

/// <summary>A kind of life that a release may have.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>Devices that are exposed unless the release is halted.</summary>
    public required long Fleet { get; init; }

    /// <summary>Share of devices on which the stable release fails.</summary>
    public required double StableRate { get; init; }

    /// <summary>Share of devices on which the candidate fails.</summary>
    public required double CandidateRate { get; init; }

    /// <summary>Devices in the history of the stable release.</summary>
    public long History { get; init; }

    /// <summary>Devices held back with a verdict for each exposed one; null without a live control.</summary>
    public double? LivePerExposed { get; init; }

    public Arrival Arrival { get; init; }

    /// <summary>Share of devices that are exposed and never report.</summary>
    public double Silent { get; init; }

    /// <summary>What must hold of it; null for a figure that is only shown.</summary>
    public Claim? Claim { get; init; }
}

/// <summary>What is asserted of a scenario.</summary>
internal enum Claim
{
    /// <summary>Falsely halted in one life of a hundred at most.</summary>
    Healthy,

    /// <summary>Always halted, after no more than one and a half times the devices of Wald's bound on average.</summary>
    Bad,
}
