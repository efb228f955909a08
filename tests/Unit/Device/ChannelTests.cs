using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Serverless.Device;
using Serverless.Device.Channels;

namespace Serverless.Tests.Unit.Device;

public sealed class ChannelTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private LoopbackServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync();

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _server.DisposeAsync();
    }

    [Theory]
    [InlineData("8.51.23", "beta")]
    [InlineData("8.0.0", "beta")]
    [InlineData("7.34.0", "beta")]
    [InlineData("7.30.0", "stable")]
    public async Task Chosen_channel_is_kept_and_sent_by_newer_plugins(string plugin, string asked)
    {
        var device = Device(plugin);

        var answer = await device.Channels.SetAsync("beta", Cancellation);
        await device.CheckAsync(Cancellation);

        Assert.Equal(new ChannelChanged("beta"), answer);
        Assert.Equal("beta", (string?)Assert.Single(_server.ChannelCalls).Body!["channel"]);
        Assert.Equal(asked, (string?)_server.Checks.Last().Body["defaultChannel"]);
    }

    [Fact]
    public async Task Builds_of_2023_leave_the_channel_to_the_server()
    {
        var device = Device("10.0.0");

        await device.Channels.SetAsync("beta", Cancellation);
        await device.CheckAsync(Cancellation);

        Assert.False(_server.Checks.Last().Body.ContainsKey("defaultChannel"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => device.Channels.ListAsync(Cancellation));
    }

    [Theory]
    [InlineData("8.51.23", "stable")]
    [InlineData("8.41.12", "beta")]
    public async Task Server_can_clear_the_choice_where_the_plugin_knows_how(string plugin, string asked)
    {
        _server.ChannelAnswer = _ => Results.Json(new { status = "ok", allowSet = true, unset = true });
        var device = Device(plugin);

        await device.Channels.SetAsync("beta", Cancellation);

        Assert.Equal(asked, device.Channels.Asked);
    }

    [Theory]
    [InlineData("8.51.23", new string[0])]
    [InlineData("7.30.0", new[] { "DELETE" })]
    [InlineData("10.0.0", new[] { "DELETE" })]
    public async Task Channel_is_given_up_on_the_device_or_on_the_server(string plugin, string[] calls)
    {
        var device = Device(plugin);
        await device.Channels.SetAsync("beta", Cancellation);

        await device.Channels.UnsetAsync(Cancellation);

        Assert.Equal(["POST", .. calls], _server.ChannelCalls.Select(call => call.Method));
        Assert.All(_server.ChannelCalls, call => Assert.Equal("com.example.app", (string?)call.Body!["app_id"]));
        Assert.Equal("stable", device.Channels.Asked);
    }

    [Theory]
    [InlineData("8.49.0", "beta", "beta")]
    [InlineData("8.49.0", "builtin", "stable")]
    [InlineData("8.47.0", "beta", "stable")]
    [InlineData("7.50.0", "beta", "beta")]
    [InlineData("7.45.10", "beta", "stable")]
    public async Task Answered_channel_is_adopted_by_newer_plugins(string plugin, string channel, string asked)
    {
        _server.ChannelAnswer = _ => Results.Json(new { channel, status = "default", allowSet = true });
        var device = Device(plugin);

        var answer = await device.Channels.GetAsync(Cancellation);

        Assert.Equal(new CurrentChannel(channel, "default", true), answer);
        Assert.Equal(asked, device.Channels.Asked);
    }

    [Fact]
    public async Task Unknown_channel_in_a_400_falls_back_to_the_devices_own()
    {
        _server.ChannelAnswer = _ => Results.Json(new { error = "channel_not_found", message = "m" }, statusCode: 400);

        Assert.Equal(new CurrentChannel("stable", "default", null), await Device().Channels.GetAsync(Cancellation));
        Assert.Equal(new ChannelUnanswered("response_error"), await Device(channel: "").Channels.GetAsync(Cancellation));
    }

    [Fact]
    public async Task Channels_are_listed_for_the_device_described_in_the_query()
    {
        _server.ChannelAnswer = _ => Results.Json(new object[] { new { id = 1, name = "production", @public = true, allow_self_set = false }, new { id = 2 } });

        var answer = await Device(query: "?key=a%20b").Channels.ListAsync(Cancellation);

        Assert.Equal([new ListedChannel(1, "production", true, false), new ListedChannel(2, null, null, null)], Assert.IsType<ChannelList>(answer).Channels);
        var query = Assert.Single(_server.ChannelCalls).Query;
        Assert.StartsWith("?key=a%20b&platform=android&", query, StringComparison.Ordinal);
        Assert.Contains("&custom_id=&", query, StringComparison.Ordinal);
        Assert.Contains("&is_emulator=false&is_prod=true&", query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cannot_update_via_private_channel", true)]
    [InlineData("channel_self_set_not_allowed", true)]
    [InlineData("public_channel_self_set_not_allowed", true)]
    [InlineData("channel_not_found", false)]
    public async Task Refusal_reaches_the_app(string error, bool isPrivate)
    {
        _server.ChannelAnswer = _ => Results.Json(new { error, message = "m" });
        var device = Device();

        var answer = await device.Channels.SetAsync("beta", Cancellation);

        Assert.Equal(new ChannelRefused(error, "m"), answer);
        Assert.Equal(isPrivate, ((ChannelRefused)answer).IsPrivate);
        Assert.Equal("stable", device.Channels.Asked);
        Assert.Equal(new ChannelRefused(error, "m"), await device.Channels.GetAsync(Cancellation));
        Assert.Equal(new ChannelRefused(error, "m"), await device.Channels.ListAsync(Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"status":"ok","allowSet":"yes"}""")]
    [InlineData("""{"status":"ok","unset":1}""")]
    [InlineData("""{"status":"ok","message":null}""")]
    [InlineData("""{"error":""}""")]
    public async Task Choice_answered_so_that_iOS_cannot_read_it_is_refused_loudly(string body)
    {
        Answer(body);

        await Assert.ThrowsAsync<HarmfulAnswerException>(() => Device().Channels.SetAsync("beta", Cancellation));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"channels":[]}""")]
    [InlineData("""[{"id":"1"}]""")]
    [InlineData("""[{"id":1.5}]""")]
    [InlineData("""[{"name":"beta"}]""")]
    [InlineData("""[{"id":1,"public":"true"}]""")]
    [InlineData("""[{"id":1,"name":null}]""")]
    [InlineData("[1]")]
    public async Task List_that_iOS_cannot_read_is_refused_loudly(string body)
    {
        Answer(body);

        await Assert.ThrowsAsync<HarmfulAnswerException>(() => Device().Channels.ListAsync(Cancellation));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"channel":"","status":"default"}""")]
    [InlineData("""{"channel":"beta","status":"other"}""")]
    [InlineData("""{"channel":"beta","status":"default","allowSet":1}""")]
    public async Task Current_channel_that_says_nothing_is_refused_loudly(string body)
    {
        Answer(body);

        await Assert.ThrowsAsync<HarmfulAnswerException>(() => Device().Channels.GetAsync(Cancellation));
    }

    [Theory]
    [InlineData("8.51.23", true)]
    [InlineData("8.51.0", false)]
    public async Task Too_many_requests_from_channels_block_checks_too_where_the_wait_is_obeyed(string plugin, bool blocksChecks)
    {
        _server.ChannelAnswer = _ => Results.Json(new { error = "too_many_requests", message = "m", moreInfo = new { retryAfterSeconds = 30 } }, statusCode: 429);
        var device = Device(plugin);
        await device.Channels.SetAsync("beta", Cancellation);

        var call = await device.Channels.SetAsync("beta", Cancellation);
        await device.CheckAsync(Cancellation);

        Assert.Equal(new ChannelUnanswered("rate_limited"), call);
        Assert.Single(_server.ChannelCalls);
        Assert.Equal(blocksChecks, _server.Checks.IsEmpty);
    }

    private void Answer(string body) => _server.ChannelAnswer = _ => Results.Text(body, "application/json");

    private PluginDevice Device(string plugin = "8.51.23", string channel = "stable", string query = "")
    {
        var profile = DeviceProfile.For(_server.Address, "com.example.app");
        profile = profile with
        {
            PluginVersion = Version.Parse(plugin),
            DefaultChannel = channel,
            ChannelUrl = new Uri(profile.ChannelUrl + query),
        };
        return new PluginDevice(profile, _http, new DeviceOptions { Clock = _clock });
    }
}
