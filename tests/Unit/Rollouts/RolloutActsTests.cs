using System.Text.Json;
using CsCheck;
using Serverless.Audits;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Tests.Unit.Rollouts;

public sealed class RolloutActsTests
{
    private const string Actor = "somebody";

    private static readonly Channel Ramped = (Channel.New(ChannelName.Production, id: 1) with { Ramp = TestRollouts.Ramp }).PointAt(Words.Version("1.0.0"));

    private static readonly Cell[] Cells = [new(CellKind.Platform, "ios"), new(CellKind.OsMajor, "android-14")];

    private static readonly Gen<Func<Channel, long, ChannelAct?>> AnyAct = Gen.OneOf(
        AnyVersion().Select<BundleVersion, Func<Channel, long, ChannelAct?>>(version => (channel, at) => RolloutActs.Bring(channel, version, at, Actor, At(at))),
        Gen.Int[0, 3].Select<int, Func<Channel, long, ChannelAct?>>(length => (channel, _) => RolloutActs.SetRamp(
            channel, length == 0 ? null : TestRollouts.Ramp with { Stages = TestRollouts.Ramp.Stages[..length], ControlPercent = length * 3 }, Actor)),
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 100], Gen.String).Select<(int Kind, int Percent, string Reason), Func<Channel, long, ChannelAct?>>(
            act => (channel, at) => channel.Rollout is { } rollout ? Act(channel, rollout, act.Kind, act.Percent, act.Reason, At(at)) : null),
        Gen.Select(Gen.OneOf(Cells), AnyVersion(), AnyVersion(), Gen.Bool).Select<(Cell Cell, BundleVersion From, BundleVersion To, bool IsBuiltin), Func<Channel, long, ChannelAct?>>(
            way => (channel, _) => RolloutActs.Detour(channel, new Detour(way.Cell, way.From, way.IsBuiltin ? null : way.To), Actor, "it failed: there")),
        AnyVersion().Select<BundleVersion, Func<Channel, long, ChannelAct?>>(version => (channel, _) => new ChannelAct(
            channel.PointAt(version), [new LedgerEntry(LedgerKind.ChannelMoved, Actor, "production", $"{new PointerMove(channel.Target, version, "it failed")}")])));

    [Fact]
    public void Whatever_was_done_an_audit_comes_to_the_same_channel() => AnyAct.Array[0, 30].Sample(
        acts =>
        {
            var facts = new LedgerFacts();
            var channel = Channel.New(ChannelName.Production, id: 1);
            Assert.True(facts.Apply(Document(new LedgerEntry(LedgerKind.ChannelCreated, Actor, "production", "public"))));
            foreach (var (number, act) in acts.Index())
            {
                if (act(channel, number) is not { } done)
                {
                    continue;
                }

                channel = done.Channel;
                Assert.All(done.Ledger, entry => Assert.True(facts.Apply(Document(entry)), $"{entry}"));
                Assert.Equal(Write(channel), Write(facts.Channels["production"]));
                Assert.True(channel.Rollout is not { } rollout || channel.Target is not { } stable || rollout.Candidate > stable, "A rollout leads upwards.");
                Assert.All(channel.Detours, detour => Assert.True(channel.LeadsTo(detour.From)));
            }
        },
        iter: 2_000);

    [Fact]
    public void Detour_around_the_candidate_outlives_its_rollout()
    {
        var led = Ramped.LeadBy(TestRollouts.To("1.1.0")).WithDetour(Cells[0], Words.Version("1.1.0"), Words.Version("1.0.0"));

        var finished = RolloutActs.Finish(led, Actor, "it is good").Channel;

        Assert.Equal(("1.1.0", null), (finished.Target?.Value, finished.Rollout));
        Assert.Equal(led.Detours, finished.Detours);
    }

    [Fact]
    public void Release_on_a_channel_with_a_ramp_begins_a_rollout()
    {
        var act = RolloutActs.Bring(Ramped, Words.Version("1.1.0"), revision: 7, Actor, TestRollouts.Noon);

        Assert.Equal(("1.0.0", TestRollouts.To("1.1.0")), (act.Channel.Target?.Value, act.Channel.Rollout));
        Assert.Equal(new LedgerEntry("rollout.started", Actor, "production", $"{TestRollouts.To("1.1.0")}: from 1.0.0"), Assert.Single(act.Ledger));
    }

    [Fact]
    public void First_release_of_a_channel_and_one_without_a_ramp_are_offered_at_once()
    {
        var empty = RolloutActs.Bring(Channel.New(ChannelName.Production, id: 1) with { Ramp = TestRollouts.Ramp }, Words.Version("1.0.0"), 7, Actor, TestRollouts.Noon);
        var flat = RolloutActs.Bring(Ramped with { Ramp = null }, Words.Version("1.1.0"), 7, Actor, TestRollouts.Noon);

        Assert.Equal(("1.0.0", null, "1.1.0", null), (empty.Channel.Target?.Value, empty.Channel.Rollout, flat.Channel.Target?.Value, flat.Channel.Rollout));
        Assert.Equal(["channel.moved", "channel.moved"], [.. empty.Ledger.Select(entry => entry.Kind), .. flat.Ledger.Select(entry => entry.Kind)]);
    }

    [Fact]
    public void Second_release_takes_the_place_of_the_candidate()
    {
        var running = Ramped.LeadBy(TestRollouts.To("1.1.0").Raise(40, TestRollouts.Noon)!);

        var act = RolloutActs.Bring(running, Words.Version("1.1.1"), revision: 9, Actor, TestRollouts.Noon);

        Assert.Equal(("1.0.0", "1.1.1", 4000, "production-7"), (act.Channel.Target?.Value, act.Channel.Rollout?.Candidate.Value, act.Channel.Rollout?.Share, act.Channel.Rollout?.Id));
        Assert.Equal(["rollout.changed"], act.Ledger.Select(entry => entry.Kind));
    }

    [Fact]
    public void Going_back_ends_the_rollout_and_is_done_at_once()
    {
        var act = RolloutActs.Bring(Ramped.LeadBy(TestRollouts.To("1.1.0")), Words.Version("0.9.0"), revision: 9, Actor, TestRollouts.Noon);

        Assert.Equal(("0.9.0", null), (act.Channel.Target?.Value, act.Channel.Rollout));
        Assert.Equal(["rollout.aborted", "channel.moved"], act.Ledger.Select(entry => entry.Kind));
    }

    [Fact]
    public void Finished_rollout_leaves_the_candidate_as_the_stable_release()
    {
        var act = RolloutActs.Finish(Ramped.LeadBy(TestRollouts.To("1.1.0")), Actor, "all is well");

        Assert.Equal(("1.1.0", null), (act.Channel.Target?.Value, act.Channel.Rollout));
        Assert.Equal(["1.0.0"], act.Channel.History.Select(version => version.Value));
        Assert.Equal(["rollout.finished", "channel.moved"], act.Ledger.Select(entry => entry.Kind));
    }

    [Fact]
    public void Stable_release_that_is_taken_back_leaves_the_rollout_to_a_higher_one_alone()
    {
        var running = Ramped.PointAt(Words.Version("1.1.0")).LeadBy(TestRollouts.To("1.2.0"));

        Assert.Equal(("1.0.0", "1.2.0"), (running.PointAt(Words.Version("1.0.0")).Target?.Value, running.PointAt(Words.Version("1.0.0")).Rollout?.Candidate.Value));
        Assert.Null(running.PointAt(Words.Version("1.2.0")).Rollout);
    }

    private static ChannelAct? Act(Channel channel, Rollout rollout, int kind, int percent, string reason, DateTimeOffset now) => kind switch
    {
        0 => RolloutActs.Change(channel, rollout.Pause(), Actor, reason),
        1 => RolloutActs.Change(channel, rollout.Resume(now), Actor, reason),
        2 => rollout.Raise(percent, now) is { } raised ? RolloutActs.Change(channel, raised, Actor, reason) : null,
        3 => rollout.IsLastStage ? null : RolloutActs.Change(channel, rollout.Advance(now), Actor, reason),
        4 => RolloutActs.Finish(channel, Actor, reason),
        _ => RolloutActs.Abort(channel, Actor, reason),
    };

    private static Gen<BundleVersion> AnyVersion() => Gen.Int[0, 9].Select(minor => Words.Version($"1.{minor}.0"));

    private static DateTimeOffset At(long number) => TestRollouts.Noon.AddTicks(number * 12_345_678_901);

    private static LedgerDocument Document(LedgerEntry entry) => new(1, TestRollouts.Noon, entry.Kind, entry.Actor, entry.Subject, entry.Why);

    private static string Write(Channel channel) => JsonSerializer.Serialize(channel, PipelineJson.Default.Channel);
}
