using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Approvals;

/// <summary>What needs approvals, and for how many devices.</summary>
public sealed class ForwardStepTests
{
    private static readonly Channel Production =
        Channel.New(ChannelName.Production, id: 1).PointAt(Words.Version("1.0.0")).PointAt(Words.Version("1.1.0")) with { Ramp = TestRollouts.Ramp };

    private static readonly Channel Running = Production.LeadBy(TestRollouts.To("1.2.0"));

    [Fact]
    public void Every_way_forward_is_one_to_a_release_and_a_share()
    {
        RequireStep(Production, Production.PointAt(Words.Version("1.2.0")), "1.2.0", 100);
        RequireStep(Production, Running, "1.2.0", 5);
        RequireStep(Running, Running.LeadBy(Running.Rollout!.Raise(40, TestRollouts.Noon)!), "1.2.0", 40);
        RequireStep(Running, Running.LeadBy(Running.Rollout!.Advance(TestRollouts.Noon)), "1.2.0", 25);
        RequireStep(Running, Running.LeadBy(Running.Rollout!.Replace(Words.Version("1.2.1"), TestRollouts.Noon)), "1.2.1", 5);
        RequireStep(Running, RolloutActs.Finish(Running, "ann", "it is good").Channel, "1.2.0", 100);
    }

    [Fact]
    public void Lower_version_that_the_channel_never_offered_is_a_way_forward() =>
        RequireStep(Production, Production.PointAt(Words.Version("0.9.0")), "0.9.0", 100);

    [Fact]
    public void Going_back_pausing_and_standing_still_are_none()
    {
        Assert.Null(ForwardStep.Between(Production, Production.PointAt(Words.Version("1.0.0"))));
        Assert.Null(ForwardStep.Between(Production, Production.PointAt(null)));
        Assert.Null(ForwardStep.Between(Running, Running.AbortRollout()));
        Assert.Null(ForwardStep.Between(Running, Running.LeadBy(Running.Rollout!.Pause())));
        Assert.Null(ForwardStep.Between(Running.LeadBy(Running.Rollout!.Pause()), Running.LeadBy(Running.Rollout!.Resume(TestRollouts.Noon))));
        Assert.Null(ForwardStep.Between(Running, Running with { Public = false, Ramp = null }));
    }

    private static void RequireStep(Channel before, Channel after, string version, int percent) =>
        Assert.Equal(new ForwardStep(Words.Version(version), percent), ForwardStep.Between(before, after));
}
