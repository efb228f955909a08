using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Outcomes;

public sealed class WrittenOffersTests
{
    private static readonly BundleVersion Version = BundleVersion.Parse("1.0.0");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    private readonly WrittenOffers _offers;

    public WrittenOffersTests() => _offers = new WrittenOffers(_time);

    private DeviceOutcome Offered => DeviceOutcome.Unknown with { OfferedAt = _time.GetUtcNow() };

    [Fact]
    public void Memory_is_bounded_however_many_devices_ask_and_keeps_the_latest()
    {
        for (var device = 0; device < WrittenOffers.MaxRemembered * 2; device++)
        {
            _offers.Remember(Device(device), Version, Offered, narrowings: null, _time.GetUtcNow());
        }

        Assert.InRange(_offers.Count, WrittenOffers.MaxRemembered / 2, WrittenOffers.MaxRemembered);
        Assert.True(_offers.Knows(Device((WrittenOffers.MaxRemembered * 2) - 1), Version));
        Assert.False(_offers.Knows(Device(0), Version));
    }

    [Fact]
    public void All_that_is_known_of_a_device_is_remembered()
    {
        DeviceOutcome[] outcomes =
        [
            DeviceOutcome.Unknown with { HasFailed = true },
            Offered,
            Offered with { InstalledAt = _time.GetUtcNow() },
            Offered with { HasFailed = true },
            Offered with { FilesHaveFailed = true },
            Offered with { Exposed = true, Verdict = Verdict.Good },
        ];
        foreach (var outcome in outcomes)
        {
            _offers.Remember(Device(1), Version, outcome, narrowings: null, _time.GetUtcNow());
            Assert.Equal(outcome, _offers.Find(Device(1), Version, narrowings: null));
            Assert.Null(_offers.Find(Device(1), BundleVersion.Parse("1.0.1"), narrowings: null));
        }
    }

    [Fact]
    public void Offer_is_as_old_as_the_question_and_not_as_the_answer()
    {
        var asked = _time.GetUtcNow();
        _time.Advance(Narrowings.MaxAge);

        _offers.Remember(Device(1), Version, Offered, narrowings: null, asked);

        Assert.Null(_offers.Find(Device(1), Version, narrowings: null));
    }

    [Fact]
    public void Offer_is_relied_on_by_itself_for_as_long_as_a_snapshot_may_be_behind()
    {
        var offered = Offered;
        _offers.Remember(Device(1), Version, offered, narrowings: null, _time.GetUtcNow());

        _time.Advance(Narrowings.MaxAge - TimeSpan.FromTicks(1));
        Assert.Equal(offered, _offers.Find(Device(1), Version, narrowings: null));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_offers.Find(Device(1), Version, narrowings: null));
        Assert.Null(_offers.Find(Device(1), Version, narrowings: 0));
        Assert.True(_offers.Knows(Device(1), Version));
    }

    [Theory]
    [InlineData("000", 30.0)]
    [InlineData("200", 45.0)]
    [InlineData("300", 52.5)]
    public void Offer_is_relied_on_for_half_a_minute_to_a_minute_while_terms_beside_it_are_known_to_be_the_same(string digits, double seconds)
    {
        var device = Device(new string('0', 13) + digits + new string('0', 16));
        var offered = Offered;
        _offers.Remember(device, Version, offered, narrowings: 7, _time.GetUtcNow());

        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.Equal(offered, _offers.Find(device, Version, narrowings: 7));
        Assert.Null(_offers.Find(device, Version, narrowings: 8));
        Assert.Null(_offers.Find(device, Version, narrowings: null));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(_offers.Find(device, Version, narrowings: 7));
    }

    [Fact]
    public void Crowd_that_was_offered_a_release_at_once_is_not_looked_up_again_at_once()
    {
        var devices = Enumerable.Range(0, 6000).Select(number => DevicePseudonym.Of(Words.App("com.example.app"), $"device-{number}", new Pepper(new byte[32]))).ToList();
        devices.ForEach(device => _offers.Remember(device, Version, Offered, narrowings: 7, _time.GetUtcNow()));
        var known = devices.Count;
        for (var second = 1; second <= WrittenOffers.MaxAge.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            var left = devices.Count(device => _offers.Find(device, Version, narrowings: 7) is not null);
            Assert.InRange(known - left, 0, 300);
            known = left;
        }

        Assert.Equal(0, known);
    }

    [Fact]
    public void Forgotten_device_is_unknown_in_both_generations()
    {
        _offers.Remember(Device(0), Version, Offered, narrowings: null, _time.GetUtcNow());
        for (var device = 1; device < WrittenOffers.MaxRemembered / 2; device++)
        {
            _offers.Remember(Device(device), Version, Offered, narrowings: null, _time.GetUtcNow());
        }

        Assert.True(_offers.Knows(Device(0), Version));
        _offers.Forget(Device(0));
        Assert.False(_offers.Knows(Device(0), Version));
    }

    private static DevicePseudonym Device(int number) => Device(number.ToString("x32", System.Globalization.CultureInfo.InvariantCulture));

    private static DevicePseudonym Device(string hex) => DevicePseudonym.TryParse(hex, out var device) ? device : throw new InvalidOperationException(hex);
}
