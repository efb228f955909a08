using CsCheck;
using Serverless.Rollouts;

namespace Serverless.Tests.Unit.Rollouts;

public sealed class RolloutTests
{
    private static readonly DateTimeOffset Later = TestRollouts.Noon.AddHours(5);

    [Fact]
    public void Steps_lead_to_the_end_but_never_into_the_control()
    {
        var first = TestRollouts.To("1.1.0");
        var second = first.Advance(Later);
        var third = second.Advance(Later);

        Assert.Equal([(0, 500), (1, 2500), (2, 9500)], new[] { first, second, third }.Select(rollout => (rollout.Stage, rollout.Share)));
        Assert.Equal((false, false, true), (first.IsLastStage, second.IsLastStage, third.IsLastStage));
        Assert.Equal((TestRollouts.Noon, Later), (first.StageStartedAt, second.StageStartedAt));
    }

    [Theory]
    [InlineData(5, null, null)]
    [InlineData(4, null, null)]
    [InlineData(6, 600, 0)]
    [InlineData(25, 2500, 1)]
    [InlineData(60, 6000, 1)]
    [InlineData(100, 9500, 2)]
    public void Raised_share_counts_as_the_step_that_it_reaches(int percent, int? share, int? stage)
    {
        var raised = TestRollouts.To("1.1.0").Raise(percent, Later);

        Assert.Equal((share, stage), (raised?.Share, raised?.Stage));
    }

    [Fact]
    public void Step_after_a_raise_never_leads_fewer_devices()
    {
        var raised = TestRollouts.To("1.1.0").Raise(20, Later)!;

        Assert.Equal(2500, raised.Advance(Later).Share);
        Assert.Equal(9500, raised.Raise(60, Later)!.Advance(Later).Share);
    }

    [Fact]
    public void Fix_goes_to_those_who_got_the_fault_and_soaks_anew()
    {
        var faulty = TestRollouts.To("1.1.0").Raise(60, TestRollouts.Noon)!.Pause();

        var replaced = faulty.Replace(Words.Version("1.1.1"), Later);

        Assert.Equal(faulty with { Candidate = Words.Version("1.1.1"), StageStartedAt = Later, IsPaused = false }, replaced);
    }

    [Fact]
    public void Pause_is_not_soaking()
    {
        var resumed = TestRollouts.To("1.1.0").Pause().Resume(Later);

        Assert.Equal((false, Later), (resumed.IsPaused, resumed.StageStartedAt));
        Assert.Equal(resumed, resumed.Resume(Later.AddDays(1)));
    }

    [Fact]
    public void Words_tell_all_of_it() => Assert.Equal(
        "1.1.0 at 5%, stage 1 of 5%/01:00:00/10 25%/02:00:00/50 100%/1.00:00:00/0, control 5%, since 2026-05-01T12:00:00.0000000+00:00, paused, cohorts production-7",
        $"{TestRollouts.To("1.1.0").Pause()}");

    [Fact]
    public void Words_are_read_back_whatever_reason_follows() => Gen.Select(
        Gen.Int[1, 100].HashSet[1, 6],
        Gen.Int[0, 20],
        Gen.Long[0, 30 * TimeSpan.TicksPerDay],
        Gen.Long[0, TimeSpan.TicksPerDay * 365],
        Gen.String).Sample((percents, control, soak, since, reason) =>
        {
            var ramp = new Ramp([.. percents.Order().Select(percent => new RampStage(percent, TimeSpan.FromTicks(soak), percent))], control);
            var rollout = Rollout.Start("beta.2-31", Words.Version("1.2.0-rc.1+build.5"), ramp, TestRollouts.Noon.AddTicks(since));
            rollout = rollout.IsLastStage ? rollout.Pause() : rollout.Advance(TestRollouts.Noon);

            Assert.Equal(rollout, Rollout.Parse($"{rollout}: {reason}"));
            Assert.Equal(rollout, Rollout.Parse($"{rollout}"));
        });

    [Theory]
    [InlineData("running", "resting")]
    [InlineData("stage 1", "stage 4")]
    [InlineData("stage 1", "stage 01")]
    [InlineData("at 5%", "at 99999999999%")]
    [InlineData("5%/01:00:00/10 25%", "25%/01:00:00/10 25%")]
    [InlineData("control 5%", "control 21%")]
    [InlineData("T12:00", "T25:00")]
    [InlineData("production-7", "")]
    public void Other_words_are_not_a_rollout(string written, string other) =>
        Assert.Null(Rollout.Parse($"{TestRollouts.To("1.1.0")}".Replace(written, other, StringComparison.Ordinal)));
}
