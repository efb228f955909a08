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

    /// <summary>It could not be downloaded file by file: offered to this device as a zip only.</summary>
    public bool FilesHaveFailed { get; init; }

    /// <summary>How the release may be offered to the device now.</summary>
    public OfferTerms Terms => (HasFailed, FilesHaveFailed) switch
    {
        (true, _) => OfferTerms.None,
        (_, true) => OfferTerms.ZipOnly,
        _ => OfferTerms.Any,
    };

    /// <summary>The first action that reported a failure.</summary>
    public string? FailureCode { get; init; }

    public DateTimeOffset? FirstRanAt { get; init; }

    /// <returns>The outcome after the vote and what it adds to the release's tally. The same vote again changes nothing.</returns>
    public (DeviceOutcome Next, OutcomeTally Added) Apply(Vote vote)
    {
        if (!Offered)
        {
            // Remembered, so that the device is never offered what it failed on, but it moves no decision.
            var isFirst = vote.Kind.IsFailure() && FailureCode is null;
            return (Remember(vote), new OutcomeTally(0, 0, 0, Discarded: isFirst ? 1 : 0));
        }

        var verdict = Verdict is Verdict.None ? Judge(vote) : Verdict;
        var next = Remember(vote) with
        {
            Exposed = true,
            Verdict = verdict,
            FirstRanAt = FirstRanAt ?? (vote.Kind is VoteKind.Ran ? vote.At : null),
        };
        return (next, new OutcomeTally(
            Exposed: Exposed ? 0 : 1,
            Good: verdict != Verdict && verdict is Verdict.Good ? 1 : 0,
            Failed: verdict != Verdict && verdict is Verdict.Failed ? 1 : 0,
            Discarded: 0));
    }

    private DeviceOutcome Remember(Vote vote) => vote.Kind.IsFailure()
        ? this with
        {
            HasFailed = HasFailed || vote.Kind is VoteKind.Failed,
            FilesHaveFailed = FilesHaveFailed || vote.Kind is VoteKind.FailedByFiles,
            FailureCode = FailureCode ?? vote.Code,
        }
        : this;

    private Verdict Judge(Vote vote) => vote.Kind switch
    {
        VoteKind.Failed or VoteKind.FailedByFiles => Verdict.Failed,
        VoteKind.Good => Verdict.Good,
        VoteKind.Ran when FirstRanAt is { } first && vote.At - first >= Probation => Verdict.Good,
        _ => Verdict.None,
    };
}
