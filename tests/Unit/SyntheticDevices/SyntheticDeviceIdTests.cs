using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.SyntheticDevices;

namespace Serverless.Tests.Unit.SyntheticDevices;

public sealed class SyntheticDeviceIdTests
{
    private static readonly Pepper Ours = new([.. Enumerable.Repeat((byte)1, Pepper.MinBytes)]);
    private static readonly Pepper Others = new([.. Enumerable.Repeat((byte)2, Pepper.MinBytes)]);
    private static readonly AppId App = AppId.TryParse("com.example.app", out var app) ? app : throw new FormatException();

    [Fact]
    public void Id_is_stable_and_known_for_our_own_in_either_case()
    {
        var id = Id(0);

        Assert.Equal(id, Id(0));
        Assert.Equal('8', id[14]);
        Assert.True(SyntheticDeviceId.IsOne(id, Ours));
        Assert.True(SyntheticDeviceId.IsOne(id.ToUpperInvariant(), Ours));
    }

    [Fact]
    public void Every_attempt_is_another_device() => Assert.Equal(300, Enumerable.Range(0, 300).Select(Id).Distinct().Count());

    [Fact]
    public void Id_of_another_deployment_is_a_device_like_any_other() => Assert.False(SyntheticDeviceId.IsOne(Id(0), Others));

    [Theory]
    [InlineData("44f128a5-ac7a-4c9a-be4c-224b6bf81b20")]
    [InlineData("44f128a5-ac7a-8c9a-be4c-224b6bf81b20")]
    [InlineData("8")]
    [InlineData("")]
    public void Id_that_is_not_proven_is_none(string id) => Assert.False(SyntheticDeviceId.IsOne(id, Ours));

    [Fact]
    public void Changed_id_is_none()
    {
        var id = Id(0);

        Assert.False(SyntheticDeviceId.IsOne(id[..^1] + (id[^1] == '0' ? '1' : '0'), Ours));
    }

    private static string Id(int attempt) => SyntheticDeviceId.Of(App, ChannelName.Production, attempt, Ours);
}
