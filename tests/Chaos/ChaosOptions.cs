namespace Serverless.Chaos;

/// <summary>What a run is like.</summary>
internal sealed record ChaosOptions
{
    /// <summary>The same seed gives the same acts at the same times, the same uploads and the same unlucky devices. What races between them is the machine's.</summary>
    public required int Seed { get; init; }

    /// <summary>How long acts go on. The calm before and after it comes on top.</summary>
    public required TimeSpan Length { get; init; }

    public int Devices { get; init; } = 36;

    /// <summary>How long a device waits from turn to turn, on average.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From upload to upload, on average.</summary>
    public TimeSpan Upload { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>From act to act, on average.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>The longest that an act lasts. Five attempts on a message take longer than this, so that a lone fault makes no poison.</summary>
    public TimeSpan LongestAct { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait after the last act until nothing is left to do.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Another build of the server than the one beside this program.</summary>
    public string? Server { get; init; }
}
