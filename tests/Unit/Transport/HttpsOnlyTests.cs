using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Device;
using Serverless.Management;
using Serverless.Tests.Unit.Device;
using Serverless.Transport;

namespace Serverless.Tests.Unit.Transport;

/// <summary>What is not answered in the open.</summary>
[Trait("Threat", "Arbitrary installation via endpoint/MITM")]
public sealed class HttpsOnlyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("203.0.113.7", "http", "/api/updates", null, 421)]
    [InlineData("10.0.0.1", "http", "/api/manage/apps/com.example.app/channels", null, 421)]
    [InlineData("127.0.0.1", "http", "/api/updates", "203.0.113.7", 421)]
    [InlineData(null, "http", "/api/updates", null, 421)]
    [InlineData("127.0.0.1", "http", "/api/updates", null, null)]
    [InlineData("::1", "http", "/api/updates", null, null)]
    [InlineData("203.0.113.7", "https", "/api/updates", null, null)]
    [InlineData("203.0.113.7", "http", "/api/health", null, null)]
    public async Task Plain_http_is_refused_but_over_loopback(string? remote, string scheme, string path, string? forwarded, int? status)
    {
        var context = TestRequest.From(remote, scheme, "updates.example.com", forwarded is null ? [] : [("X-Forwarded-For", forwarded)]);
        context.Request.Path = path;

        var refusal = await Guard(new TransportOptions()).RefuseAsync(context, Cancellation);

        Assert.Equal(status, (refusal as IStatusCodeHttpResult)?.StatusCode);
    }

    [Fact]
    public async Task Operator_may_allow_it() =>
        Assert.Null(await Guard(new TransportOptions { RequireHttps = false }).RefuseAsync(TestRequest.From("203.0.113.7", "http", "updates.example.com"), Cancellation));

    /// <summary>A device that asks in the open learns nothing, installs nothing, and goes on with what it runs.</summary>
    [Theory]
    [InlineData("5.10.0")]
    [InlineData("7.20.0")]
    [InlineData("7.27.8")]
    [InlineData("8.41.12")]
    [InlineData("8.51.23")]
    [InlineData("10.0.0")]
    public async Task Refusal_is_harmless_to_devices(string plugin)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Answer = _ => Problem.HttpsRequired.ToHttp();
        server.StatsAnswer = Problem.HttpsRequired.ToHttp;
        server.ChannelAnswer = _ => Problem.HttpsRequired.ToHttp();
        using var http = new HttpClient();
        var device = new PluginDevice(DeviceProfile.For(server.Address, "com.example.app") with { PluginVersion = Version.Parse(plugin) }, http);
        var running = device.Running;

        var outcome = await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);
        await device.LaunchAsync(Cancellation);

        Assert.IsType<NoUpdate>(outcome);
        Assert.Equal(running, device.Running);
    }

    private static HttpsOnly Guard(TransportOptions options) => new(Options.Create(options));
}
