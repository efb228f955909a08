using CsCheck;
using Serverless.Outcomes;

namespace Serverless.Tests.Unit.Outcomes;

public sealed class DeviceOutcomeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DeviceOutcome Offered = DeviceOutcome.Unknown with { OfferedAt = DateTimeOffset.UnixEpoch };

    private static readonly Gen<Vote> AnyVote = Gen.Select(Gen.Enum<VoteKind>(), Gen.Int[0, 300], (kind, second) => At(second, kind));

    [Theory]
    [InlineData(nameof(VoteKind.Installed), nameof(Verdict.None), false)]
    [InlineData(nameof(VoteKind.Ran), nameof(Verdict.None), false)]
    [InlineData(nameof(VoteKind.Good), nameof(Verdict.Good), false)]
    [InlineData(nameof(VoteKind.Failed), nameof(Verdict.Failed), true)]
    public void First_vote_exposes_and_may_judge(string kind, string verdict, bool failed)
    {
        var (next, added) = Offered.Apply(At(0, Enum.Parse<VoteKind>(kind)));

        Assert.Equal((true, verdict, failed), (next.Exposed, $"{next.Verdict}", next.HasFailed));
        Assert.Equal(new OutcomeTally(1, verdict is "Good" ? 1 : 0, verdict is "Failed" ? 1 : 0, 0), added);
    }

    [Theory]
    [InlineData(59, nameof(Verdict.None))]
    [InlineData(60, nameof(Verdict.Good))]
    [InlineData(3600, nameof(Verdict.Good))]
    public void Running_is_good_once_it_outlasts_the_probation(int second, string verdict)
    {
        var (next, _) = Apply(Offered, At(0, VoteKind.Ran), At(second, VoteKind.Ran));

        Assert.Equal(verdict, $"{next.Verdict}");
    }

    [Fact]
    public void Failure_after_a_good_verdict_is_remembered_and_changes_no_verdict()
    {
        var (next, added) = Apply(Offered, At(0, VoteKind.Good), At(1, VoteKind.Failed));

        Assert.Equal((Verdict.Good, true, "failed"), (next.Verdict, next.HasFailed, next.FailureCode));
        Assert.Equal(new OutcomeTally(1, 1, 0, 0), added);
    }

    [Fact]
    public void First_failure_code_is_kept()
    {
        var (next, _) = Apply(Offered, At(0, VoteKind.Failed) with { Code = "set_fail" }, At(1, VoteKind.Failed) with { Code = "update_fail" });

        Assert.Equal("set_fail", next.FailureCode);
    }

    [Fact]
    public void Same_vote_again_changes_nothing() => Gen.Select(Gen.Bool, AnyVote.Array[0, 8], AnyVote).Sample((offered, before, vote) =>
    {
        var (once, _) = Apply(offered ? Offered : DeviceOutcome.Unknown, [.. before, vote]);

        var (twice, added) = once.Apply(vote);

        // A first run that is heard of again may be the one that outlasts the probation.
        return vote.Kind is VoteKind.Ran || (twice == once && added == default);
    });

    [Fact]
    public void Redelivered_batch_changes_nothing() => Gen.Select(Gen.Bool, AnyVote.Array[0, 8]).Sample((offered, votes) =>
    {
        Vote[] inOrder = [.. votes.OrderBy(vote => vote.At)];
        var (once, _) = Apply(offered ? Offered : DeviceOutcome.Unknown, inOrder);

        var (twice, added) = Apply(once, inOrder);

        return twice == once && added == default;
    });

    [Fact]
    public void Duplicates_may_stand_anywhere_after_the_first() => Gen.Select(AnyVote.Array[1, 6], Gen.Int[0, 5], Gen.Int[0, 10]).Sample((votes, which, where) =>
    {
        Vote[] inOrder = [.. votes.OrderBy(vote => vote.At)];
        var (index, duplicate) = (which % inOrder.Length, inOrder[which % inOrder.Length]);
        List<Vote> repeated = [.. inOrder];
        repeated.Insert(index + 1 + (where % (inOrder.Length - index)), duplicate);

        return Apply(Offered, inOrder) == Apply(Offered, [.. repeated]);
    });

    [Fact]
    public void First_terminal_verdict_holds() => AnyVote.Array[1, 10].Sample(votes =>
    {
        var outcome = Offered;
        var verdict = Verdict.None;
        foreach (var vote in votes)
        {
            (outcome, _) = outcome.Apply(vote);
            if (verdict is not Verdict.None && outcome.Verdict != verdict)
            {
                return false;
            }

            verdict = outcome.Verdict;
        }

        return true;
    });

    [Fact]
    public void Device_that_was_never_offered_the_release_moves_nothing_but_discarded() => AnyVote.Array[0, 10].Sample(votes =>
    {
        var failed = votes.Any(vote => vote.Kind is VoteKind.Failed);
        var failedByFiles = votes.Any(vote => vote.Kind is VoteKind.FailedByFiles);

        var (outcome, added) = Apply(DeviceOutcome.Unknown, votes);

        return added == new OutcomeTally(0, 0, 0, failed || failedByFiles ? 1 : 0)
            && (outcome.Offered, outcome.Exposed, outcome.Verdict) == (false, false, Verdict.None)
            && (outcome.HasFailed, outcome.FilesHaveFailed) == (failed, failedByFiles);
    });

    /// <summary>A fleet in which each device's state is kept by the simplest model there is, and counted from scratch at the end.</summary>
    [Fact]
    public void Tally_is_what_the_devices_say_in_the_end() => Gen.Select(
        Gen.Bool.Array[6], Gen.Select(Gen.Int[0, 5], AnyVote).Array[0, 60]).Sample((offered, votes) =>
    {
        var outcomes = offered.Select(was => was ? Offered : DeviceOutcome.Unknown).ToArray();
        var sum = default(OutcomeTally);
        foreach (var (device, vote) in votes)
        {
            (outcomes[device], var added) = outcomes[device].Apply(vote);
            sum += added;
        }

        var voted = votes.ToLookup(vote => vote.Item1, vote => vote.Item2);
        return sum == new OutcomeTally(
            Exposed: Enumerable.Range(0, 6).Count(device => offered[device] && voted[device].Any()),
            Good: Enumerable.Range(0, 6).Count(device => offered[device] && Model(voted[device]) is VoteKind.Good),
            Failed: Enumerable.Range(0, 6).Count(device => offered[device] && Model(voted[device]) is VoteKind.Failed),
            Discarded: Enumerable.Range(0, 6).Count(device => !offered[device] && voted[device].Any(vote => vote.Kind is VoteKind.Failed or VoteKind.FailedByFiles)));
    });

    private static VoteKind? Model(IEnumerable<Vote> votes)
    {
        DateTimeOffset? ranAt = null;
        foreach (var vote in votes)
        {
            if (vote.Kind is VoteKind.Good or VoteKind.Failed or VoteKind.FailedByFiles)
            {
                return vote.Kind is VoteKind.Good ? VoteKind.Good : VoteKind.Failed;
            }

            if (vote.Kind is VoteKind.Ran)
            {
                ranAt ??= vote.At;
                if (vote.At >= ranAt.Value.AddSeconds(60))
                {
                    return VoteKind.Good;
                }
            }
        }

        return null;
    }

    private static Vote At(int second, VoteKind kind) => new(Words.Device(1), kind, kind is VoteKind.Failed ? "failed" : "", Start.AddSeconds(second));

    private static (DeviceOutcome Outcome, OutcomeTally Added) Apply(DeviceOutcome outcome, params Vote[] votes)
    {
        var added = default(OutcomeTally);
        foreach (var vote in votes)
        {
            (outcome, var delta) = outcome.Apply(vote);
            added += delta;
        }

        return (outcome, added);
    }
}
