using CsCheck;
using Serverless.Devices;
using Serverless.Outcomes;

namespace Serverless.Tests.Unit.Outcomes;

public sealed class DeviceOutcomeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly EvidenceOptions Options = new() { Probation = TimeSpan.FromMinutes(2), BoomerangChecks = 2, BoomerangSpacing = TimeSpan.FromMinutes(1) };

    private static readonly DeviceOutcome Offered = DeviceOutcome.Unknown with { OfferedAt = DateTimeOffset.UnixEpoch };

    private static readonly Gen<Vote> AnyVote = Gen.Select(Gen.Enum<VoteKind>(), Gen.Int[0, 300], (kind, second) => At(second, kind));

    /// <summary>Whether a device is exposed when its recovery is seen, only the order of deliveries tells.</summary>
    private static readonly Gen<Vote> AnyReport = AnyVote.Where(vote => vote.Kind is not VoteKind.Recovered);

    [Theory]
    [InlineData(nameof(VoteKind.Installed), nameof(Verdict.None), false)]
    [InlineData(nameof(VoteKind.Ran), nameof(Verdict.None), false)]
    [InlineData(nameof(VoteKind.Good), nameof(Verdict.Good), false)]
    [InlineData(nameof(VoteKind.Failed), nameof(Verdict.Failed), true)]
    public void First_vote_exposes_and_may_judge(string kind, string verdict, bool failed)
    {
        var (next, added) = Offered.Apply(At(0, Enum.Parse<VoteKind>(kind)), Options);

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

        var (twice, added) = once.Apply(vote, Options);

        // A first run that is heard of again may be the one that outlasts the probation.
        return vote.Kind is VoteKind.Ran || (twice == once && added == default);
    });

    [Fact]
    public void Redelivered_batch_changes_nothing() => Gen.Select(Gen.Bool, AnyReport.Array[0, 8]).Sample((offered, votes) =>
    {
        Vote[] inOrder = [.. votes.OrderBy(vote => vote.At)];
        var (once, _) = Apply(offered ? Offered : DeviceOutcome.Unknown, inOrder);

        var (twice, added) = Apply(once, inOrder);

        return twice == once && added == default;
    });

    [Fact]
    public void Duplicates_may_stand_anywhere_after_the_first() => Gen.Select(AnyReport.Array[1, 6], Gen.Int[0, 5], Gen.Int[0, 10]).Sample((votes, which, where) =>
    {
        Vote[] inOrder = [.. votes.OrderBy(vote => vote.At)];
        var (index, duplicate) = (which % inOrder.Length, inOrder[which % inOrder.Length]);
        List<Vote> repeated = [.. inOrder];
        repeated.Insert(index + 1 + (where % (inOrder.Length - index)), duplicate);

        return Apply(Offered, inOrder) == Apply(Offered, [.. repeated]);
    });

    [Fact]
    public void Verdict_never_goes_back() => AnyVote.Array[1, 10].Sample(votes =>
    {
        var outcome = Offered;
        var verdict = Verdict.None;
        foreach (var vote in votes)
        {
            (outcome, _) = outcome.Apply(vote, Options);
            if (outcome.Verdict < verdict || (verdict is Verdict.Good && outcome.Verdict is Verdict.Failed && vote.Kind is not VoteKind.Crashed))
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
        var reported = votes.Any(vote => vote.Kind is VoteKind.Failed or VoteKind.FailedByFiles or VoteKind.Crashed or VoteKind.Returned);
        var failedByFiles = votes.Any(vote => vote.Kind is VoteKind.FailedByFiles);

        var (outcome, added) = Apply(DeviceOutcome.Unknown, votes);

        return added == new OutcomeTally(0, 0, 0, reported ? 1 : 0)
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
            (outcomes[device], var added) = outcomes[device].Apply(vote, Options);
            sum += added;
        }

        var voted = votes.ToLookup(vote => vote.Item1, vote => vote.Item2);
        return sum == new OutcomeTally(
            Exposed: Enumerable.Range(0, 6).Count(device => offered[device] && voted[device].Any(vote => vote.Kind is not VoteKind.Recovered)),
            Good: Enumerable.Range(0, 6).Count(device => offered[device] && Model(voted[device]) is VoteKind.Good),
            Failed: Enumerable.Range(0, 6).Count(device => offered[device] && Model(voted[device]) is VoteKind.Failed),
            Discarded: Enumerable.Range(0, 6).Count(device => !offered[device]
                && voted[device].Any(vote => vote.Kind is VoteKind.Failed or VoteKind.FailedByFiles or VoteKind.Crashed or VoteKind.Returned)),
            Recovered: Enumerable.Range(0, 6).Count(device => offered[device]
                && voted[device].SkipWhile(vote => vote.Kind is VoteKind.Recovered).Any(vote => vote.Kind is VoteKind.Recovered)));
    });

    [Theory]
    [InlineData(9, nameof(Verdict.Good))]
    [InlineData(10, nameof(Verdict.Failed))]
    [InlineData(120, nameof(Verdict.Failed))]
    [InlineData(121, nameof(Verdict.Good))]
    public void Crash_within_the_probation_turns_good_into_failed(int second, string verdict)
    {
        var (outcome, added) = Apply(Offered, At(0, VoteKind.Good), At(second, VoteKind.Crashed));

        Assert.Equal((verdict, verdict is "Failed"), ($"{outcome.Verdict}", outcome.HasFailed));
        Assert.Equal(new OutcomeTally(1, verdict is "Good" ? 1 : 0, verdict is "Failed" ? 1 : 0, 0), added);
    }

    [Fact]
    public void Crash_that_is_the_first_sign_of_the_release_was_another_ones()
    {
        var (outcome, added) = Apply(Offered, At(0, VoteKind.Crashed), At(5, VoteKind.Good));

        Assert.Equal((Verdict.Good, false, null), (outcome.Verdict, outcome.HasFailed, outcome.FailureCode));
        Assert.Equal(new OutcomeTally(1, 1, 0, 0), added);
    }

    [Fact]
    public void Good_after_a_crash_changes_nothing()
    {
        var (outcome, added) = Apply(Offered, At(0, VoteKind.Ran), At(30, VoteKind.Crashed), At(31, VoteKind.Good));

        Assert.Equal(Verdict.Failed, outcome.Verdict);
        Assert.Equal(new OutcomeTally(1, 0, 1, 0), added);
    }

    [Fact]
    public void Device_that_downloaded_the_release_and_keeps_asking_for_it_failed()
    {
        var (once, _) = Apply(Offered, At(0, VoteKind.Installed), At(59, VoteKind.Returned), At(60, VoteKind.Returned), At(119, VoteKind.Returned));

        var (twice, added) = once.Apply(At(120, VoteKind.Returned) with { Code = "boomerang" }, Options);

        Assert.Equal((1, Verdict.None), (once.Returns, once.Verdict));
        Assert.Equal((2, Verdict.Failed, "boomerang", OfferTerms.None), (twice.Returns, twice.Verdict, twice.FailureCode, twice.Terms));
        Assert.Equal(new OutcomeTally(0, 0, 1, 0), added);
    }

    [Theory]
    [InlineData(nameof(VoteKind.Ran))]
    [InlineData(nameof(VoteKind.Good))]
    public void Device_that_ran_the_release_does_not_return_to_it(string kind)
    {
        var (outcome, _) = Apply(Offered, At(0, VoteKind.Installed), At(1, Enum.Parse<VoteKind>(kind)));

        Assert.False(outcome.IsReturn(Start.AddHours(1), Options));
    }

    [Fact]
    public void Device_that_never_downloaded_the_release_does_not_return_to_it() =>
        Assert.False(Offered.IsReturn(Start.AddHours(1), Options));

    [Fact]
    public void Returns_can_be_switched_off()
    {
        var (outcome, _) = Apply(Offered, At(0, VoteKind.Installed));

        Assert.True(outcome.IsReturn(Start.AddHours(1), Options));
        Assert.False(outcome.IsReturn(Start.AddHours(1), new EvidenceOptions { BoomerangChecks = 0 }));
    }

    [Fact]
    public void Only_an_exposed_device_recovers_and_only_once()
    {
        var (_, unexposed) = Apply(Offered, At(0, VoteKind.Recovered));
        var (_, exposed) = Apply(Offered, At(0, VoteKind.Failed), At(1, VoteKind.Recovered), At(2, VoteKind.Recovered));

        Assert.Equal(default, unexposed);
        Assert.Equal(new OutcomeTally(1, 0, 1, 0, Recovered: 1), exposed);
    }

    [Fact]
    public void Capped_votes_move_nothing_and_count_a_device_once() => AnyVote.Array[1, 8].Sample(votes =>
    {
        var (outcome, added) = Apply(Offered, [.. votes.Select(vote => vote with { IsCapped = true })]);

        return !outcome.Exposed && outcome.Verdict is Verdict.None
            && added == new OutcomeTally { Capped = votes.Any(vote => vote.Kind is not VoteKind.Recovered) ? 1 : 0 }
            && outcome.HasFailed == votes.Any(vote => vote.Kind is VoteKind.Failed);
    });

    [Fact]
    public void Cap_does_not_bind_a_device_that_was_let_in() => Gen.Select(AnyVote, AnyVote.Array[0, 8]).Sample((first, votes) =>
        first.Kind is VoteKind.Recovered || Apply(Offered, [first, .. votes]) == Apply(Offered, [first, .. votes.Select(vote => vote with { IsCapped = true })]));

    [Fact]
    public void Cells_are_those_of_the_first_vote()
    {
        var (outcome, _) = Apply(
            Offered,
            At(0, VoteKind.Installed) with { Cells = new DeviceCells("ios", "1.0.0", "8.51", "ios-17") },
            At(1, VoteKind.Ran) with { Cells = new DeviceCells("ios", "1.1.0", "8.52", "ios-18") });

        Assert.Equal(new DeviceCells("ios", "1.0.0", "8.51", "ios-17"), outcome.Cells);
    }

    private static VoteKind? Model(IEnumerable<Vote> votes)
    {
        DateTimeOffset? ranAt = null, installedAt = null, returnedAt = null;
        VoteKind? verdict = null;
        var returns = 0;
        foreach (var vote in votes)
        {
            var sinceRun = vote.At - ranAt;
            var isReturn = vote.Kind is VoteKind.Returned && verdict is null && ranAt is null && vote.At - (returnedAt ?? installedAt) >= TimeSpan.FromSeconds(60);
            returns += isReturn ? 1 : 0;
            returnedAt = isReturn ? vote.At : returnedAt;
            verdict = vote.Kind switch
            {
                VoteKind.Failed or VoteKind.FailedByFiles => verdict ?? VoteKind.Failed,
                VoteKind.Good => verdict ?? VoteKind.Good,
                VoteKind.Ran when sinceRun >= TimeSpan.FromSeconds(60) => verdict ?? VoteKind.Good,
                VoteKind.Crashed when sinceRun >= TimeSpan.FromSeconds(10) && sinceRun <= TimeSpan.FromSeconds(120) => VoteKind.Failed,
                VoteKind.Returned when isReturn && returns == 2 => VoteKind.Failed,
                _ => verdict,
            };
            installedAt ??= vote.Kind is VoteKind.Installed ? vote.At : null;
            ranAt ??= vote.Kind is VoteKind.Ran or VoteKind.Good or VoteKind.Crashed ? vote.At : null;
        }

        return verdict;
    }

    private static Vote At(int second, VoteKind kind) => new(Words.Device(1), kind, kind is VoteKind.Failed ? "failed" : "", Start.AddSeconds(second));

    private static (DeviceOutcome Outcome, OutcomeTally Added) Apply(DeviceOutcome outcome, params Vote[] votes)
    {
        var added = default(OutcomeTally);
        foreach (var vote in votes)
        {
            (outcome, var delta) = outcome.Apply(vote, Options);
            added += delta;
        }

        return (outcome, added);
    }
}
