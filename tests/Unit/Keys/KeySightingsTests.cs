using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Keys;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Updates;
using Serverless.Updates;
using static Serverless.Tests.Unit.Keys.TestKeys;

namespace Serverless.Tests.Unit.Keys;

public sealed class KeySightingsTests
{
    private static readonly AppSnapshot App = TestSnapshots.Of([]) with { Keys = States(Of(Old), Of(New)) };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 23, 0, 0, TimeSpan.Zero));
    private readonly KeySightings _sightings;

    public KeySightingsTests() => _sightings = new KeySightings(_time);

    [Fact]
    public void Devices_are_counted_once_by_key_and_day()
    {
        See(Old, 1, 2, 3);
        See(New, 4);
        See(null, 5, 5, 5);
        _time.Advance(TimeSpan.FromHours(2));
        See(New, 1);

        var counted = _sightings.Unstored().Select(day => (day.Carried, day.Day.Day, day.Devices.Estimate()));

        Assert.Equivalent(new[] { (KeyName.Of(Old), 1, 3L), (KeyName.Of(New), 1, 1L), (KeyName.Of(New), 2, 1L), ("none", 1, 1L) }, counted, strict: true);
    }

    [Fact]
    public void What_is_stored_and_unchanged_is_not_stored_again()
    {
        See(Old, 1, 2);
        Store();
        See(Old, 2, 1);

        Assert.Empty(_sightings.Unstored());

        See(Old, 3);

        Assert.Equal(3, Assert.Single(_sightings.Unstored()).Devices.Estimate());
    }

    [Fact]
    public void Device_that_came_while_its_count_was_stored_is_stored_next()
    {
        See(Old, 1);
        var storing = Assert.Single(_sightings.Unstored());
        See(Old, 2);

        _sightings.Stored(storing);

        Assert.Equal(2, Assert.Single(_sightings.Unstored()).Devices.Estimate());
    }

    [Fact]
    public void Unknown_app_is_not_counted()
    {
        _sightings.Note(AppSnapshot.Unknown(App.App), TestDevices.Current);

        Assert.Empty(_sightings.Unstored());
    }

    private void See(string? key, params int[] devices)
    {
        foreach (var device in devices)
        {
            _sightings.Note(App, TestDevices.Current with { Device = Spread(device), KeyId = key });
        }
    }

    /// <summary>Pseudonyms are evenly distributed, which counting relies on.</summary>
    private static DevicePseudonym Spread(int device) =>
        DevicePseudonym.TryParse(TestReleases.Digest($"device {device}").Hex[..32], out var pseudonym) ? pseudonym : throw new FormatException();

    private void Store()
    {
        foreach (var day in _sightings.Unstored())
        {
            _sightings.Stored(day);
        }
    }
}
