namespace Serverless.Outcomes;

/// <summary>A device's verdict on a release: the first terminal one holds.</summary>
internal enum Verdict
{
    None,
    Good,
    Failed,
}

/// <summary>What is known of one device and one release. Changed only by <see cref="Apply"/>, which is pure.</summary>
internal sealed record DeviceOutcome
{
    // Longer than any plugin waits for notifyAppReady, so that a check after it means the launch before it went well.
    private static readonly TimeSpan Probation = TimeSpan.FromMinutes(1);

    public static readonly DeviceOutcome Unknown = new();

    /// <summary>When the server first answered the device with the release; null when it never did.</summary>
    public DateTimeOffset? OfferedAt { get; init; }

    public bool Offered => OfferedAt is not null;

    public bool Exposed { get; init; }

    public Verdict Verdict { get; init; }

    /// <summary>It failed there at some time, whatever the verdict: never offered to this device again.</summary>
    public bool HasFailed { get; init; }

    /// <summary>The first action that reported a failure.</summary>
    public string? FailureCode { get; init; }

    public DateTimeOffset? FirstRanAt { get; init; }

    /// <returns>The outcome after the vote and what it adds to the release's tally. The same vote again changes nothing.</returns>
    public (DeviceOutcome Next, OutcomeTally Added) Apply(Vote vote)
    {
        if (!Offered)
        {
            // Remembered, so that the device is never offered what it failed on, but it moves no decision.
            return vote.Kind is VoteKind.Failed && !HasFailed
                ? (this with { HasFailed = true, FailureCode = vote.Code }, new OutcomeTally(0, 0, 0, Discarded: 1))
                : (this, default);
        }

        var verdict = Verdict is Verdict.None ? Judge(vote) : Verdict;
        var next = this with
        {
            Exposed = true,
            Verdict = verdict,
            HasFailed = HasFailed || vote.Kind is VoteKind.Failed,
            FailureCode = FailureCode ?? (vote.Kind is VoteKind.Failed ? vote.Code : null),
            FirstRanAt = FirstRanAt ?? (vote.Kind is VoteKind.Ran ? vote.At : null),
        };
        return (next, new OutcomeTally(
            Exposed: Exposed ? 0 : 1,
            Good: verdict != Verdict && verdict is Verdict.Good ? 1 : 0,
            Failed: verdict != Verdict && verdict is Verdict.Failed ? 1 : 0,
            Discarded: 0));
    }

    private Verdict Judge(Vote vote) => vote.Kind switch
    {
        VoteKind.Failed => Verdict.Failed,
        VoteKind.Good => Verdict.Good,
        VoteKind.Ran when FirstRanAt is { } first && vote.At - first >= Probation => Verdict.Good,
        _ => Verdict.None,
    };
}
