using System.Net;
using Serverless.Devices;

namespace Serverless.Tests.Unit.Devices;

public sealed class NetworkTagTests
{
    private static readonly Pepper Pepper = new(new byte[32]);

    private static readonly DateOnly Today = new(2026, 3, 1);

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.200")]
    [InlineData("203.0.113.7", "::ffff:203.0.113.9")]
    [InlineData("2001:db8:7::1", "2001:db8:7:ffff::2")]
    public void Neighbours_have_one_tag(string one, string other) => Assert.Equal(Tag(one), Tag(other));

    [Theory]
    [InlineData("203.0.113.7", "203.0.114.7")]
    [InlineData("2001:db8:7::1", "2001:db8:8::1")]
    public void Networks_have_different_tags(string one, string other) => Assert.NotEqual(Tag(one), Tag(other));

    [Fact]
    public void Tag_is_another_one_tomorrow_and_under_another_pepper()
    {
        var address = IPAddress.Parse("203.0.113.7");

        Assert.NotEqual(Tag("203.0.113.7"), NetworkTag.Of(address, Today.AddDays(1), Pepper));
        Assert.NotEqual(Tag("203.0.113.7"), NetworkTag.Of(address, Today, new Pepper([.. Enumerable.Repeat((byte)1, 32)])));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:10.0.0.1")]
    public void Local_address_has_none(string address) => Assert.Null(Tag(address));

    [Theory]
    [InlineData("172.15.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("192.169.0.1")]
    public void Address_beside_a_local_range_has_one(string address) => Assert.NotNull(Tag(address));

    private static NetworkTag? Tag(string address) => NetworkTag.Of(IPAddress.Parse(address), Today, Pepper);
}
