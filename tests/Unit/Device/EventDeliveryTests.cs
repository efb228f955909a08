using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Serverless.Device;
using Serverless.Device.Answers;

namespace Serverless.Tests.Unit.Device;

public sealed class EventDeliveryTests : IAsyncLifetime
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
    [InlineData("8.51.23", 408, 2)]
    [InlineData("8.51.23", 429, 2)]
    [InlineData("8.51.23", 500, 2)]
    [InlineData("8.51.23", 503, 2)]
    [InlineData("8.51.23", 400, 1)]
    [InlineData("8.51.23", 404, 1)]
    [InlineData("8.51.23", 204, 1)]
    [InlineData("8.51.0", 503, 1)]
    public async Task Undelivered_events_come_again_after_some_statuses_from_newer_plugins(string plugin, int status, int times)
    {
        _server.StatsAnswer = () => Results.StatusCode(status);
        var device = Device(plugin);
        await device.LaunchAsync(Cancellation);
        _server.StatsAnswer = () => Results.Json(new { status = "ok" });

        await device.BackgroundAsync(Cancellation);

        Assert.Equal(times, _server.Actions.Count(action => action == "app_launch_start"));
    }

    [Fact]
    public async Task Newest_200_events_wait()
    {
        _server.StatsAnswer = () => Results.StatusCode(503);
        var device = Device();
        for (var i = 0; i < 150; i++)
        {
            await device.LaunchAsync(Cancellation);
        }
        _server.StatsAnswer = () => Results.Json(new { status = "ok" });

        await device.BackgroundAsync(Cancellation);

        Assert.Equal(201, _server.Batches.Last().AsArray().Count);
        Assert.Equal("app_moved_to_background", _server.Actions.Last());
    }

    [Fact]
    public async Task Array_waits_behind_a_worker_that_met_a_429()
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"));
        var device = Device();
        _server.StatsAnswer = () => new TooManyRequests("30", "{}");
        await device.ForegroundAsync(Cancellation);
        var during = _server.Actions.ToList();
        _server.StatsAnswer = () => Results.Json(new { status = "ok" });
        _clock.Advance(TimeSpan.FromSeconds(31));

        await device.BackgroundAsync(Cancellation);

        Assert.DoesNotContain("set_next", during);
        Assert.Contains("set_next", _server.Actions);
    }

    [Theory]
    [InlineData("10", null, 10)]
    [InlineData("1.5", null, 1.5)]
    [InlineData("10", """{"retryAfterSeconds":500}""", 10)]
    [InlineData("Wed, 21 Oct 2026 07:28:00 GMT", """{"retryAfterSeconds":20}""", 20)]
    [InlineData(null, """{"moreInfo":{"retryAfterSeconds":30}}""", 30)]
    [InlineData(null, """{"moreInfo":{"app_id":"a"},"retryAfterSeconds":40}""", 40)]
    [InlineData(null, """{"rateLimitResetAt":1782907250000}""", 50)]
    [InlineData("999999999", null, 86400)]
    [InlineData(null, """{"retryAfterSeconds":1e300}""", 86400)]
    [InlineData(null, """{"rateLimitResetAt":1e300}""", 86400)]
    public async Task Wait_of_a_429_is_obeyed_up_to_a_day(string? header, string? body, double seconds)
    {
        var device = Device();
        _server.StatsAnswer = () => new TooManyRequests(header, body ?? "{}");
        await device.LaunchAsync(Cancellation);
        _server.StatsAnswer = () => Results.Json(new { status = "ok" });

        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        var before = await device.CheckAsync(Cancellation);
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        var after = await device.CheckAsync(Cancellation);

        Assert.Equal(new Unanswered("rate_limited"), before);
        Assert.IsType<Refusal>(after);
        Assert.Contains("app_launch_start", _server.Actions.Skip(2));
    }

    [Theory]
    [InlineData(null, "{}")]
    [InlineData("-5", "{}")]
    [InlineData("NaN", """{"retryAfterSeconds":"30"}""")]
    [InlineData("soon", "not json")]
    public async Task Bare_429_blocks_nothing(string? header, string body)
    {
        var device = Device();
        _server.StatsAnswer = () => new TooManyRequests(header, body);
        await device.LaunchAsync(Cancellation);
        _server.StatsAnswer = () => Results.Json(new { status = "ok" });

        Assert.IsType<Refusal>(await device.CheckAsync(Cancellation));
    }

    [Theory]
    [InlineData("8.51.23", "{}", 1)]
    [InlineData("8.51.23", """{"error":"too_many_requests"}""", 1)]
    [InlineData("8.51.23", """{"error":"on_premise_app"}""", 0)]
    [InlineData("8.51.23", """{"error":5}""", 0)]
    [InlineData("8.41.12", "{}", 1)]
    [InlineData("10.0.0", "{}", 0)]
    public async Task Rate_limit_is_reported_once_per_process(string plugin, string body, int reports)
    {
        var device = Device(plugin);
        _server.StatsAnswer = () => new TooManyRequests(null, body);

        await device.BackgroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);

        Assert.Equal(reports, _server.Actions.Count(action => action == "rate_limit_reached"));
    }

    [Fact]
    public async Task Older_plugin_falls_silent_after_a_429_until_it_starts_again()
    {
        var device = Device("8.41.12");
        _server.StatsAnswer = () => new TooManyRequests("1", "{}");
        await device.BackgroundAsync(Cancellation);
        _server.StatsAnswer = () => Results.Json(new { status = "ok" });
        var spoken = _server.Events.Count;

        await device.BackgroundAsync(Cancellation);
        var check = await device.CheckAsync(Cancellation);
        var silent = _server.Events.Count;
        await device.LaunchAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);

        Assert.IsType<Refusal>(check);
        Assert.Equal(spoken, silent);
        Assert.Equal(spoken + 1, _server.Events.Count);
    }

    private PluginDevice Device(string plugin = "8.51.23") => new(
        DeviceProfile.For(_server.Address, "com.example.app") with { PluginVersion = Version.Parse(plugin) },
        _http,
        new DeviceOptions { Clock = _clock });

    private sealed class TooManyRequests(string? retryAfter, string body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = 429;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.Headers.RetryAfter = retryAfter;
            return httpContext.Response.WriteAsync(body);
        }
    }
}
