using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Rollouts;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

public sealed class SightingsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly AppSnapshot App = TestSnapshots.Of([TestSnapshots.Channel("production", "1.4.1")], TestReleases.New("1.4.1"));

    private static readonly DeviceRequest Device = TestDevices.Current with { VersionName = "1.4.1" };

    private static readonly DeviceCells Cells = new("android", "1.0.0", "8.51", null);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly Sightings _sightings;

    public SightingsTests() => _sightings = new Sightings(_time);

    [Fact]
    public void First_look_is_reported_as_it_was()
    {
        _sightings.Note(App, Device);

        Assert.Equal([new DeviceEvidence("com.example.app", Device.Device.Hex, "1.4.1", VoteKind.Ran, "check", Noon) { Cells = Cells }], _sightings.Take());
        Assert.Empty(_sightings.Take());
    }

    [Fact]
    public void Second_look_waits_out_the_probation_and_then_there_is_silence()
    {
        var reported = new List<int>();
        for (var second = 0; second < 600; second += 5)
        {
            _time.SetUtcNow(Noon.AddSeconds(second));
            _sightings.Note(App, Device);
            reported.AddRange(_sightings.Take().Select(_ => second));
        }

        Assert.Equal([0, 75], reported);
    }

    [Fact]
    public void Two_looks_prove_a_good_launch()
    {
        _sightings.Note(App, Device);
        _time.Advance(TimeSpan.FromSeconds(75));
        _sightings.Note(App, Device);

        var outcome = DeviceOutcome.Unknown with { OfferedAt = DateTimeOffset.UnixEpoch };
        foreach (var look in _sightings.Take())
        {
            (outcome, _) = outcome.Apply(new Vote(Device.Device, look.Kind, look.Action, look.At), new EvidenceOptions());
        }

        Assert.Equal(Verdict.Good, outcome.Verdict);
    }

    [Theory]
    [InlineData("builtin")]
    [InlineData("1.4.0")]
    [InlineData("")]
    public void Version_that_no_channel_offers_is_not_noted(string running)
    {
        _sightings.Note(App, Device with { VersionName = running });

        Assert.Empty(_sightings.Take());
    }

    [Fact]
    public void Devices_apps_and_versions_are_told_apart()
    {
        var app = TestSnapshots.Of([], TestReleases.New("1.4.1"), TestReleases.New("1.5.0"));
        DeviceRequest[] others =
        [
            Device, Device with { Device = Words.Device(2) }, Device with { App = Words.App("com.example.other") }, Device with { VersionName = "1.5.0" },
        ];

        Array.ForEach(others, device => _sightings.Note(app, device));

        Assert.Equal(4, _sightings.Take().Count);
    }

    [Fact]
    public void Evidence_says_of_what_kind_the_device_is_and_from_where()
    {
        var cells = new DeviceCells("android", "1.0.0", "8.51", "android-14");

        _sightings.Note(App, Device with { VersionOs = "14", Network = new NetworkTag(7) });

        var evidence = Assert.Single(_sightings.Take());
        Assert.Equal((cells, new NetworkTag(7)), (evidence.Cells, evidence.Network));
    }

    [Fact]
    public void Device_in_the_control_of_a_rollout_is_seen_there_too()
    {
        var rollout = TestRollouts.To("1.5.0");
        var app = TestSnapshots.Of([App.Channels["production"].LeadBy(rollout)], TestReleases.New("1.4.1"));
        var cohorts = new Cohorts(rollout, TestRollouts.Pepper);
        var held = TestRollouts.Devices.First(device => cohorts.Of(device) >= 9500);
        var other = TestRollouts.Devices.First(device => cohorts.Of(device) < 9500);

        _sightings.Note(app, Device with { Device = held });
        _sightings.Note(app, Device with { Device = other });

        Assert.Equal([(held.Hex, null), (held.Hex, rollout.Id), (other.Hex, null)], _sightings.Take().Select(item => (item.Device, item.Control)));
    }

    [Fact]
    public void Without_a_control_nobody_is_held_back()
    {
        var rollout = Rollout.Start("production-7", BundleVersion.Parse("1.5.0"), TestRollouts.Ramp with { ControlPercent = 0 }, Noon);
        var app = TestSnapshots.Of([App.Channels["production"].LeadBy(rollout)], TestReleases.New("1.4.1"));

        foreach (var device in TestRollouts.Devices[..200])
        {
            _sightings.Note(app, Device with { Device = device });
        }

        Assert.All(_sightings.Take(), item => Assert.Null(item.Control));
    }

    [Theory]
    [InlineData("1.4.0", true)]
    [InlineData("builtin", true)]
    [InlineData("1.5.0", false)]
    public void Device_on_anything_but_a_watched_release_is_noted_once(string running, bool isNoted)
    {
        var app = App with { Watched = [BundleVersion.Parse("1.5.0")] };

        _sightings.Note(app, Device with { VersionName = running });
        _time.Advance(TimeSpan.FromHours(1));
        _sightings.Note(app, Device with { VersionName = running });

        var noted = _sightings.Take();
        Assert.Equal(isNoted ? ["1.5.0 Recovered"] : [], noted.Select(item => $"{item.Version} {item.Kind}"));
    }

    [Fact]
    public void Return_is_noted_as_a_boomerang()
    {
        _sightings.NoteReturn(Device, BundleVersion.Parse("1.5.0"));

        Assert.Equal([new DeviceEvidence("com.example.app", Device.Device.Hex, "1.5.0", VoteKind.Returned, "boomerang", Noon) { Cells = Cells }], _sightings.Take());
    }

    [Fact]
    public void What_could_not_be_sent_comes_again()
    {
        _sightings.Note(App, Device);
        var taken = _sightings.Take();

        _sightings.Return(taken);

        Assert.Equal(taken, _sightings.Take());
    }
}
