using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Serverless.Device;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class ResumedFileTests : IAsyncLifetime
{
    private const string Script = "/files/1.1.0/plain/app.js";

    private readonly HttpClient _http = new();
    private LoopbackServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await LoopbackServer.StartAsync();
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _server.DisposeAsync();
    }

    /// <summary>The script is 23 bytes long: the last case stops at its end, and is told so by a 416.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(23)]
    public async Task Interrupted_file_goes_on_where_it_stopped(int afterBytes)
    {
        var outcome = await Device(options: new DeviceOptions { Interruption = new DownloadInterruption(afterBytes) }).ForegroundAsync(Cancellation);

        Assert.IsType<UpdateQueued>(outcome);
        Assert.Contains($"{Script} bytes={afterBytes}-", _server.Downloads);
    }

    [Fact]
    public async Task Server_that_knows_no_ranges_starts_the_file_over()
    {
        _server.DownloadAnswer = request => request.Path == Script ? Results.Text("notifyAppReady('1.1.0')") : null;

        var outcome = await Device(options: new DeviceOptions { Interruption = new DownloadInterruption(10) }).ForegroundAsync(Cancellation);

        Assert.IsType<UpdateQueued>(outcome);
    }

    [Theory]
    [InlineData("bytes 0-12/23")]
    [InlineData("bytes 10-22/*")]
    [InlineData("bytes 10-21/23")]
    [InlineData(null)]
    public async Task Part_that_does_not_say_what_it_is_is_refused_loudly(string? range)
    {
        _server.DownloadAnswer = request =>
        {
            if (request.Path != Script || request.Headers.Range.Count == 0)
            {
                return null;
            }
            request.HttpContext.Response.Headers.ContentRange = range;
            return Results.Text("eady('1.1.0')", statusCode: 206);
        };

        await Assert.ThrowsAsync<HarmfulAnswerException>(
            () => Device(options: new DeviceOptions { Interruption = new DownloadInterruption(10) }).ForegroundAsync(Cancellation));
    }

    [Theory]
    [InlineData(DevicePlatform.Android, false)]
    [InlineData(DevicePlatform.Ios, true)]
    public async Task Other_success_statuses_are_taken_by_iOS_alone(DevicePlatform platform, bool installs)
    {
        _server.DownloadAnswer = request => request.Path == Script ? Results.Text("notifyAppReady('1.1.0')", statusCode: 203) : null;

        var outcome = await Device(platform).ForegroundAsync(Cancellation);

        Assert.Equal(installs, outcome is UpdateQueued);
    }

    [Fact]
    public async Task Broken_connection_leaves_what_came_for_the_next_check()
    {
        _server.DownloadAnswer = request => request.Path != Script ? null : Results.Stream(async body =>
        {
            await body.WriteAsync("notifyAppR"u8.ToArray(), Cancellation);
            await body.FlushAsync(Cancellation);
            request.HttpContext.Abort();
        });
        var device = Device();
        var broken = await device.ForegroundAsync(Cancellation);
        _server.DownloadAnswer = _ => null;

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal("download_manifest_file_fail", Assert.IsType<UpdateFailed>(broken).Action);
        Assert.IsType<UpdateQueued>(outcome);
    }

    [Theory]
    [InlineData("8.51.23", DevicePlatform.Ios, true)]
    [InlineData("8.45.0", DevicePlatform.Ios, false)]
    [InlineData("8.51.23", DevicePlatform.Android, false)]
    public async Task Slow_file_is_given_up_after_25_seconds_by_newer_plugins_on_iOS_alone(string plugin, DevicePlatform platform, bool givesUp)
    {
        var clock = new FakeTimeProvider();
        var version = Version.Parse(plugin);
        var profile = DeviceProfile.For(_server.Address, "com.example.app") with { Platform = platform, PluginVersion = version };
        var http = new PluginHttp(_http, profile, new PluginGeneration(version), clock);

        var download = Record.ExceptionAsync(() => http.GetFileAsync(new Uri(_server.Address, Script), from: 0, ReadSlowlyAsync, Cancellation));

        Assert.Equal(givesUp, await download is TimeoutException);

        Task<bool> ReadSlowlyAsync(HttpResponseMessage answer, CancellationToken limit)
        {
            clock.Advance(TimeSpan.FromSeconds(26));
            limit.ThrowIfCancellationRequested();
            return Task.FromResult(true);
        }
    }

    private PluginDevice Device(DevicePlatform platform = DevicePlatform.Android, DeviceOptions? options = null) =>
        new(DeviceProfile.For(_server.Address, "com.example.app") with { Platform = platform }, _http, options);
}
