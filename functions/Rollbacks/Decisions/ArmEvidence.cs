namespace Serverless.Rollbacks.Decisions;

/// <summary>A candidate beside what it is measured by, in the whole fleet or in one cell.</summary>
internal sealed record ArmEvidence
{
    /// <summary>Devices exposed to the release, and those that failed on it.</summary>
    public Arm Candidate { get; init; }

    /// <summary>Devices with a terminal verdict on the stable release, as counted when the candidate began: what comes later belongs to <see cref="Live"/>.</summary>
    public Arm History { get; init; }

    /// <summary>Devices held back on the stable release that got a terminal verdict since the candidate began; null when the channel holds nobody back.</summary>
    public Arm? Live { get; init; }

    public static ArmEvidence operator -(ArmEvidence whole, ArmEvidence part) => new()
    {
        Candidate = whole.Candidate - part.Candidate,
        History = whole.History - part.History,
        Live = whole.Live - (part.Live ?? default),
    };

    public static ArmEvidence operator +(ArmEvidence a, ArmEvidence b) => new()
    {
        Candidate = a.Candidate + b.Candidate,
        History = a.History + b.History,
        Live = a.Live is null && b.Live is null ? null : (a.Live ?? default) + (b.Live ?? default),
    };
}
