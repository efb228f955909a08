using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Reports;

namespace Serverless.Tests.Unit.Reports;

public sealed class RecentEventsTests
{
    private static readonly Pepper Pepper = new(new byte[32]);

    private readonly FakeTimeProvider _time = new();
    private readonly RecentEvents _recent;

    public RecentEventsTests() => _recent = new RecentEvents(_time);

    [Fact]
    public void Event_is_remembered_for_its_life()
    {
        _recent.Remember(Key(1));

        _time.Advance(RecentEvents.Life);
        _recent.Remember(Key(2));

        Assert.True(_recent.Contains(Key(1)));
    }

    [Fact]
    public void Event_is_forgotten_after_two_lives()
    {
        _recent.Remember(Key(1));

        foreach (var later in (int[])[2, 3])
        {
            _time.Advance(RecentEvents.Life);
            _recent.Remember(Key(later));
        }

        Assert.False(_recent.Contains(Key(1)));
        Assert.True(_recent.Contains(Key(2)));
    }

    [Fact]
    public void Half_the_capacity_is_always_remembered_and_never_more_than_all_of_it()
    {
        const int half = RecentEvents.Capacity / 2;

        for (var at = 0; at <= RecentEvents.Capacity; at++)
        {
            _recent.Remember(Key(at));
        }

        Assert.False(_recent.Contains(Key(0)));
        Assert.True(_recent.Contains(Key(half + 1)));
        Assert.True(_recent.Contains(Key(RecentEvents.Capacity)));
    }

    [Theory]
    [InlineData("update_fail", "1.4.1", 2L)]
    [InlineData("update_fail", "1.4.1", null)]
    [InlineData("update_fail", "1.4.1:a", 1L)]
    [InlineData("update_fai", "l1.4.1", 1L)]
    [InlineData("set", "1.4.1", 1L)]
    [InlineData("update_fail", null, 1L)]
    public void Events_differ_by_action_version_and_time(string action, string? version, long? timestamp) => Assert.NotEqual(
        EventKey.Of(Device(), new DeviceEvent { Action = "update_fail", VersionName = "1.4.1", Timestamp = 1 }, Pepper),
        EventKey.Of(Device(), new DeviceEvent { Action = action, VersionName = version, Timestamp = timestamp }, Pepper));

    private static EventKey Key(long timestamp) => EventKey.Of(Device(), new DeviceEvent { Action = "ping", Timestamp = timestamp }, Pepper);

    private static DevicePseudonym Device() =>
        AppId.TryParse("com.example.app", out var app) ? DevicePseudonym.Of(app, "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", Pepper) : default;
}
