using Microsoft.Extensions.Time.Testing;
using Serverless.Devices.Authentication;

namespace Serverless.Tests.Unit.Devices.Authentication;

public sealed class SeenNoncesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);

    [Fact]
    public void Nonce_is_good_once_for_each_key()
    {
        var seen = new SeenNonces(_time);

        Assert.True(seen.TryAdd("key", "nonce", Noon));
        Assert.False(seen.TryAdd("key", "nonce", Noon));
        Assert.True(seen.TryAdd("other", "nonce", Noon));
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(61)]
    public void Another_time_is_refused(int seconds) => Assert.False(new SeenNonces(_time).TryAdd("key", "nonce", Noon.AddSeconds(seconds)));

    [Fact]
    public void Nonce_is_remembered_until_its_time_is_over()
    {
        var seen = new SeenNonces(_time);
        seen.TryAdd("key", "nonce", Noon);

        _time.Advance(SeenNonces.MaxAge);
        Assert.False(seen.TryAdd("key", "nonce", Noon));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(seen.TryAdd("key", "nonce", Noon));
    }

    [Fact]
    public void What_was_forgotten_in_a_crowd_is_refused_all_the_same()
    {
        var seen = new SeenNonces(_time, capacity: 3);
        Assert.True(seen.TryAdd("key", "old", Noon.AddSeconds(-20)));
        Assert.True(seen.TryAdd("key", "a", Noon));
        Assert.True(seen.TryAdd("key", "b", Noon));
        Assert.True(seen.TryAdd("key", "c", Noon));

        Assert.False(seen.TryAdd("key", "old", Noon.AddSeconds(-20)));
        Assert.False(seen.TryAdd("key", "new", Noon.AddSeconds(-20)));
        Assert.False(seen.TryAdd("key", "a", Noon));
    }

    [Fact]
    public void Crowd_of_one_second_is_refused_and_not_forgotten()
    {
        var seen = new SeenNonces(_time, capacity: 2);
        Assert.True(seen.TryAdd("key", "a", Noon));
        Assert.True(seen.TryAdd("key", "b", Noon));

        Assert.False(seen.TryAdd("key", "c", Noon));
        Assert.False(seen.TryAdd("key", "a", Noon));
    }
}
