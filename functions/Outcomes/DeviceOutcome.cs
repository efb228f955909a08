using Serverless.Devices;

namespace Serverless.Outcomes;

/// <summary>
/// A device's verdict on a release. It only ever moves down this list: the first report decides, but a crash within the probation turns good
/// into failed.
/// </summary>
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
    private static readonly TimeSpan Launch = TimeSpan.FromMinutes(1);

    // A crash is reported at the next launch, which the check may announce first: so soon after the first sight, another release crashed.
    private static readonly TimeSpan SameLaunch = TimeSpan.FromSeconds(10);

    public static readonly DeviceOutcome Unknown = new();

    /// <summary>When the server first answered the device with the release; null when it never did.</summary>
    public DateTimeOffset? OfferedAt { get; init; }

    public bool Offered => OfferedAt is not null;

    public bool Exposed { get; init; }

    /// <summary>The parts of the fleet it belonged to when it was first exposed.</summary>
    public DeviceCells Cells { get; init; }

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

    /// <summary>When the server first heard that the device had downloaded or installed it.</summary>
    public DateTimeOffset? InstalledAt { get; init; }

    /// <summary>When the server first heard that it runs there.</summary>
    public DateTimeOffset? FirstRanAt { get; init; }

    /// <summary>How often the device asked for it again without ever having run it.</summary>
    public int Returns { get; init; }

    public DateTimeOffset? LastReturnAt { get; init; }

    /// <summary>Seen running something else after it was withdrawn.</summary>
    public bool HasRecovered { get; init; }

    /// <summary>A vote of it was held back because of its network.</summary>
    public bool WasCapped { get; init; }

    /// <summary>A check from another version would count as one more return.</summary>
    public bool IsReturn(DateTimeOffset at, EvidenceOptions options) =>
        this is { InstalledAt: { } installed, FirstRanAt: null, Verdict: Verdict.None }
        && options.BoomerangChecks > 0 && at - (LastReturnAt ?? installed) >= options.BoomerangSpacing;

    /// <returns>The outcome after the vote and what it adds to the release's tally. The same vote again changes nothing.</returns>
    public (DeviceOutcome Next, OutcomeTally Added) Apply(Vote vote, EvidenceOptions options)
    {
        if (vote.Kind is VoteKind.Recovered)
        {
            return Exposed && !HasRecovered ? (this with { HasRecovered = true }, new OutcomeTally { Recovered = 1 }) : (this, default);
        }

        if (!Offered)
        {
            // Remembered, so that the device is never offered what it failed on, but it moves no decision.
            var isFirst = vote.Kind.IsFailure() && FailureCode is null;
            return (Remember(vote, isFailure: vote.Kind.IsFailure()), new OutcomeTally { Discarded = isFirst ? 1 : 0 });
        }

        if (vote.IsCapped && !Exposed)
        {
            return (Remember(vote, isFailure: vote.Kind is VoteKind.Failed or VoteKind.FailedByFiles) with { WasCapped = true }, new OutcomeTally { Capped = WasCapped ? 0 : 1 });
        }

        var next = Observe(vote, options);
        return (next, new OutcomeTally(
            Exposed: Exposed ? 0 : 1,
            Good: Count(next.Verdict, Verdict.Good) - Count(Verdict, Verdict.Good),
            Failed: Count(next.Verdict, Verdict.Failed) - Count(Verdict, Verdict.Failed),
            Discarded: 0));
    }

    private static int Count(Verdict verdict, Verdict counted) => verdict == counted ? 1 : 0;

    private DeviceOutcome Observe(Vote vote, EvidenceOptions options)
    {
        var isReturn = vote.Kind is VoteKind.Returned && IsReturn(vote.At, options);
        var isFailure = vote.Kind switch
        {
            VoteKind.Failed or VoteKind.FailedByFiles => true,
            VoteKind.Crashed => IsInProbation(vote.At, options),
            VoteKind.Returned => isReturn && Returns + 1 >= options.BoomerangChecks,
            _ => false,
        };
        return Remember(vote, isFailure) with
        {
            Exposed = true,
            Cells = Exposed ? Cells : vote.Cells,
            Verdict = Judge(vote, isFailure),
            InstalledAt = InstalledAt ?? (vote.Kind is VoteKind.Installed ? vote.At : null),
            FirstRanAt = FirstRanAt ?? (vote.Kind is VoteKind.Ran or VoteKind.Good or VoteKind.Crashed ? vote.At : null),
            Returns = Returns + (isReturn ? 1 : 0),
            LastReturnAt = isReturn ? vote.At : LastReturnAt,
        };
    }

    private DeviceOutcome Remember(Vote vote, bool isFailure) => isFailure
        ? this with
        {
            HasFailed = HasFailed || (Offered ? vote.Kind is not VoteKind.FailedByFiles : vote.Kind is VoteKind.Failed),
            FilesHaveFailed = FilesHaveFailed || vote.Kind is VoteKind.FailedByFiles,
            FailureCode = FailureCode ?? vote.Code,
        }
        : this;

    private Verdict Judge(Vote vote, bool isFailure) => (Verdict, vote.Kind) switch
    {
        (Verdict.None, _) when isFailure => Verdict.Failed,
        (Verdict.Good, VoteKind.Crashed) when isFailure => Verdict.Failed,
        (Verdict.None, VoteKind.Good) => Verdict.Good,
        (Verdict.None, VoteKind.Ran) when FirstRanAt is { } first && vote.At - first >= Launch => Verdict.Good,
        _ => Verdict,
    };

    private bool IsInProbation(DateTimeOffset at, EvidenceOptions options) =>
        FirstRanAt is { } first && at - first >= SameLaunch && at - first <= options.Probation;
}
