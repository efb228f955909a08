using System.Collections.Frozen;
using CsCheck;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Updates;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Rollouts;

/// <summary>Where a device is led. Production is stable at 1.4.0 and moves to 1.5.0; everything on it is a release.</summary>
public sealed class DestinationTests
{
    private static readonly Cohorts Cohorts = new(TestRollouts.To("1.5.0"), TestRollouts.Pepper);

    private static readonly string[] Good = ["1.2.0", "1.3.0", "1.4.0", "1.5.0"];

    private static readonly DevicePseudonym First = TestRollouts.Devices.First(device => Cohorts.Of(device) < 500);
    private static readonly DevicePseudonym Middle = TestRollouts.Devices.First(device => Cohorts.Of(device) is >= 2500 and < 9500);
    private static readonly DevicePseudonym Last = TestRollouts.Devices.First(device => Cohorts.Of(device) >= 9500);

    [Fact]
    public void Each_arm_goes_its_way()
    {
        var rollout = TestRollouts.To("1.5.0");

        Assert.Equal(("1.5.0", RolloutSide.Candidate), Lead(rollout, First));
        Assert.Equal(("1.4.0", RolloutSide.Stable), Lead(rollout, Middle));
        Assert.Equal(("1.4.0", RolloutSide.Control), Lead(rollout, Last));
        Assert.Equal(("1.4.0", RolloutSide.Control), Lead(rollout.Raise(100, TestRollouts.Noon)!, Last));
    }

    [Fact]
    public void Paused_rollout_leads_nobody_new_and_takes_nothing_away()
    {
        var paused = TestRollouts.To("1.5.0").Pause();

        Assert.Equal(("1.4.0", RolloutSide.Stable), Lead(paused, First));
        Assert.Equal(("1.5.0", RolloutSide.Candidate), Lead(paused, First, running: "1.5.0"));
    }

    [Fact]
    public void Raised_share_is_a_superset_and_the_control_stays_what_it_was() => Gen.Select(Gen.Int[1, 100], Gen.Int[1, 100], Gen.Int[0, 20]).Sample(
        (one, other, control) =>
        {
            var ramp = TestRollouts.Ramp with { Stages = [new RampStage(Math.Min(one, other), TimeSpan.Zero, 0)], ControlPercent = control };
            var low = Rollout.Start("production-7", Words.Version("1.5.0"), ramp, TestRollouts.Noon);
            var high = low.Raise(Math.Max(one, other), TestRollouts.Noon) ?? low;
            foreach (var device in TestRollouts.Devices.Take(500))
            {
                var (before, after) = (Lead(low, device).Side, Lead(high, device).Side);
                Assert.True(before is not RolloutSide.Candidate || after is RolloutSide.Candidate);
                Assert.Equal(before is RolloutSide.Control, after is RolloutSide.Control);
            }
        },
        iter: 200);

    [Fact]
    public void Share_of_the_fleet_is_what_was_asked_for()
    {
        var rollout = TestRollouts.To("1.5.0").Raise(25, TestRollouts.Noon)!;

        var arms = TestRollouts.Devices.CountBy(device => Lead(rollout, device).Side!.Value).ToDictionary();

        // 5,000 and 1,000 of 20,000 are expected; five standard deviations are 306 and 154.
        Assert.InRange(arms[RolloutSide.Candidate], 4694, 5306);
        Assert.InRange(arms[RolloutSide.Control], 846, 1154);
    }

    [Theory]
    [InlineData("android", "14", "1.3.0")]
    [InlineData("android", "14.1", "1.3.0")]
    [InlineData("android", "13", "1.4.0")]
    [InlineData("android", null, "1.4.0")]
    [InlineData("ios", "14", "1.2.0")]
    public void Part_of_the_fleet_is_led_elsewhere(string platform, string? os, string expected)
    {
        // On iOS both were withdrawn, one after the other.
        var channel = TestSnapshots.Channel("production", "1.4.0")
            .WithDetour(new Cell(CellKind.OsMajor, "android-14"), Words.Version("1.4.0"), Words.Version("1.3.0"))
            .WithDetour(new Cell(CellKind.Platform, "ios"), Words.Version("1.4.0"), Words.Version("1.3.0"))
            .WithDetour(new Cell(CellKind.Platform, "ios"), Words.Version("1.3.0"), Words.Version("1.2.0"));

        var question = Ask(channel, TestDevices.Current with { Platform = platform, VersionOs = os });

        Assert.Equal(expected, question.Target?.Value);
    }

    [Fact]
    public void Detour_may_end_at_the_bundle_inside_the_app()
    {
        var channel = TestSnapshots.Channel("production", "1.4.0").WithDetour(new Cell(CellKind.PluginGeneration, "8.51"), Words.Version("1.4.0"), to: null);

        Assert.Null(Ask(channel, TestDevices.Current).Target);
    }

    [Fact]
    public void Detours_in_a_circle_keep_nobody_walking()
    {
        var android = new Cell(CellKind.Platform, "android");
        var channel = TestSnapshots.Channel("production", "1.4.0")
            .WithDetour(android, Words.Version("1.4.0"), Words.Version("1.3.0"))
            .WithDetour(android, Words.Version("1.3.0"), Words.Version("1.4.0"));

        Assert.NotNull(Ask(channel, TestDevices.Current).Target);
    }

    [Fact]
    public void Detour_ends_when_the_channel_leads_nobody_there_any_more()
    {
        var ios = new Cell(CellKind.Platform, "ios");
        var channel = TestSnapshots.Channel("production", "1.4.0").LeadBy(TestRollouts.To("1.5.0")).WithDetour(ios, Words.Version("1.5.0"), Words.Version("1.3.0"));

        Assert.True(channel.LeadsTo(Words.Version("1.3.0")));
        Assert.Equal(["1.3.0", "1.4.0", "1.5.0"], channel.Destinations().Select(version => version.Value).Order());
        Assert.Empty(channel.AbortRollout().Detours);
        Assert.Empty(channel.LeadBy(TestRollouts.To("1.5.1")).Detours);
        Assert.Single(channel.PointAt(Words.Version("1.3.0")).Detours);
        Assert.Single(channel.PointAt(Words.Version("1.5.0")).Detours);
    }

    [Fact]
    public void Pinned_device_goes_where_it_is_pinned_to()
    {
        var pin = new Pin(TestDevices.Current.Device, Version: Words.Version("1.3.0"));

        Assert.Equal("1.3.0", Ask(TestSnapshots.Channel("production", "1.4.0"), TestDevices.Current, pin).Target?.Value);
        Assert.Equal("1.4.0", Ask(TestSnapshots.Channel("production", "1.4.0"), TestDevices.Current with { Device = Words.Device(2) }, pin).Target?.Value);
    }

    [Fact]
    public void Pin_to_a_withdrawn_release_counts_for_nothing() => Assert.Equal(
        "1.4.0",
        Ask(TestSnapshots.Channel("production", "1.4.0"), TestDevices.Current, new Pin(TestDevices.Current.Device, Version: Words.Version("0.9.0"))).Target?.Value);

    [Fact]
    public void Device_may_be_pinned_to_a_channel_that_it_could_not_choose()
    {
        var hidden = TestSnapshots.Channel("hidden", "1.5.0", id: 2) with { AllowSelfSet = false };
        var app = App([TestSnapshots.Channel("production", "1.4.0"), hidden], new Pin(TestDevices.Current.Device, Channel: Words.Channel("hidden")));

        Assert.Equal(("hidden", "1.5.0"), Ask(app, TestDevices.Current));
        Assert.Equal(("hidden", "1.5.0"), Ask(app, TestDevices.Current with { Channel = "production" }));
        Assert.Equal(("production", "1.4.0"), Ask(app, TestDevices.Current with { Device = Words.Device(2) }));
    }

    [Fact]
    public void Trace_tells_why_a_device_is_led_there()
    {
        var trace = new List<UpdateTraceStep>();
        var channel = TestSnapshots.Channel("production", "1.4.0").LeadBy(TestRollouts.To("1.5.0"));

        UpdateDecision.Decide(Ask(channel, TestDevices.Current with { Device = Last, VersionName = "1.3.0" }), trace);

        Assert.Equal(
            $"target 1.4.0 (control: cohort {Cohorts.Of(Last)}, candidate 1.5.0 for those below 500, control from 9500), runs 1.3.0",
            trace.Single(step => step.Rule == "builtin").Inputs);
    }

    private static (string? Version, RolloutSide? Side) Lead(Rollout rollout, DevicePseudonym device, string running = "1.4.0")
    {
        var question = Ask(TestSnapshots.Channel("production", "1.4.0").LeadBy(rollout), TestDevices.Current with { Device = device, VersionName = running });
        return (question.Target?.Value, question.Destination.Side);
    }

    private static (string? Channel, string? Version) Ask(AppSnapshot app, DeviceRequest device)
    {
        var question = new UpdateQuestion(app, device);
        return (question.Channel?.Name.Value, question.Target?.Value);
    }

    private static UpdateQuestion Ask(Channel channel, DeviceRequest device, Pin? pin = null) => new(App([channel], pin), device);

    private static AppSnapshot App(Channel[] channels, Pin? pin = null) => TestSnapshots.Of(
        channels,
        [.. Good.Select(version => TestReleases.New(version)), TestReleases.New("0.9.0") with { WithdrawnBecause = "it failed" }]) with
    {
        Pins = pin is null ? FrozenDictionary<DevicePseudonym, Pin>.Empty : new Dictionary<DevicePseudonym, Pin> { [pin.Device] = pin }.ToFrozenDictionary(),
    };
}
