using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Serverless.Device;
using Serverless.Device.Answers;

namespace Serverless.Tests.Unit.Device;

public sealed class DeviceEventTests : IAsyncLifetime
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

    [Fact]
    public async Task Events_travel_in_one_array_with_their_time()
    {
        await Device("8.51.23").LaunchAsync(Cancellation);

        var batch = Assert.IsType<JsonArray>(Assert.Single(_server.Batches));
        Assert.Equal(["app_launch_start", "app_launch_ready"], _server.Actions);
        Assert.Equal(1782907200000, (long)batch[0]!["timestamp"]!);
        Assert.Equal("", (string?)batch[0]!["old_version_name"]);
    }

    [Fact]
    public async Task Older_plugin_sends_each_event_alone()
    {
        await Device("8.41.12").ForegroundAsync(Cancellation);

        var single = Assert.IsType<JsonObject>(Assert.Single(_server.Batches));
        Assert.Equal("app_moved_to_foreground", (string?)single["action"]);
        Assert.False(single.ContainsKey("timestamp"));
    }

    [Fact]
    public async Task Failed_download_on_Android_names_no_version()
    {
        _server.Answer = _ => Results.Json(new { version = "1.1.0", url = new Uri(_server.Address, "/bundles/none/zip"), session_key = "", checksum = new string('0', 64) });

        await Device("8.51.23").ForegroundAsync(Cancellation);

        Assert.False(Assert.Single(_server.Events, e => (string?)e["action"] == "download_fail").ContainsKey("version_name"));
    }

    [Fact]
    public async Task Events_wait_while_the_server_is_overloaded()
    {
        var device = Device("8.51.23");
        _server.StatsAnswer = () => Results.StatusCode(503);
        await device.LaunchAsync(Cancellation);
        _server.StatsAnswer = () => Results.Json(new { status = "ok" });

        await device.BackgroundAsync(Cancellation);

        Assert.Equal(["app_launch_start", "app_launch_ready", "app_moved_to_background"], _server.Actions.TakeLast(3));
    }

    [Fact]
    public async Task Empty_answer_to_events_is_refused_loudly()
    {
        _server.StatsAnswer = () => Results.Ok();

        await Assert.ThrowsAsync<HarmfulAnswerException>(() => Device("8.51.23").LaunchAsync(Cancellation));
    }

    [Fact]
    public async Task Too_many_requests_blocks_checks_and_events_until_the_time_is_over()
    {
        var device = Device("8.51.23");
        _server.Answer = _ => Results.Json(new { error = "too_many_requests", message = "m", kind = "failed", moreInfo = new { retryAfterSeconds = 30 } }, statusCode: 429);
        await device.CheckAsync(Cancellation);
        _server.Answer = _ => null;

        var during = await device.CheckAsync(Cancellation);
        _clock.Advance(TimeSpan.FromSeconds(31));
        var after = await device.CheckAsync(Cancellation);

        Assert.Equal(new Unanswered("rate_limited"), during);
        Assert.IsType<Refusal>(after);
        Assert.Equal("rate_limit_reached", _server.Actions.First());
    }

    [Theory]
    [InlineData("8.51.23", "blocked", 200, null)]
    [InlineData("8.51.23", "failed", 200, "download_fail")]
    [InlineData("8.41.12", "failed", 200, null)]
    [InlineData("8.41.12", "failed", 400, "download_fail")]
    [InlineData("7.27.8", "blocked", 200, "download_fail")]
    [InlineData("7.20.0", "blocked", 200, "backend_refusal")]
    [InlineData("10.0.0", "failed", 200, null)]
    public async Task Refusal_is_reported_as_its_generation_does(string plugin, string kind, int status, string? action)
    {
        _server.Answer = _ => Results.Json(new { error = "e", message = "m", kind }, statusCode: status);

        await Device(plugin).CheckAsync(Cancellation);

        Assert.Equal(action, _server.Actions.SingleOrDefault());
    }

    private PluginDevice Device(string plugin) => new(
        DeviceProfile.For(_server.Address, "com.example.app") with { PluginVersion = Version.Parse(plugin) },
        _http,
        new DeviceOptions { Clock = _clock });
}
