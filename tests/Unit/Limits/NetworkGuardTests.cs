using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Devices;
using Serverless.Limits;

namespace Serverless.Tests.Unit.Limits;

/// <summary>A network may ask five times here, and log in badly twice.</summary>
public sealed class NetworkGuardTests : IDisposable
{
    private const string Network = "203.0.113.7";

    private static readonly Pepper Pepper = new(new byte[32]);

    private readonly RequestLimits _limits = new(Options.Create(new LimitOptions { RequestsPerNetwork = 5, FailedLoginsPerNetwork = 2 }));
    private readonly NetworkGuard _guard;

    public NetworkGuardTests() => _guard = new NetworkGuard(_limits, new DeviceNetworks(Pepper, TimeProvider.System));

    [Theory]
    [InlineData("/api/updates")]
    [InlineData("/api/updates/manifest_size")]
    public async Task Check_beyond_the_limit_is_blocked_without_a_status_that_would_silence_the_plugin(string path)
    {
        await UseUpAsync();

        var answer = await AskAsync(path);

        Assert.Equal((200, null), (answer.Status, answer.RetryAfter));
        Assert.Equal("""{"error":"too_many_requests","message":"Too many requests","kind":"blocked"}""", answer.Body);
    }

    /// <summary>Pair 46.</summary>
    [Theory]
    [InlineData("/api/stats")]
    [InlineData("/api/channel_self")]
    public async Task Report_and_channel_call_beyond_the_limit_are_told_when_to_come_back(string path)
    {
        await UseUpAsync();

        var answer = await AskAsync(path);

        var seconds = int.Parse(answer.RetryAfter!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(429, answer.Status);
        Assert.InRange(seconds, 1, 30);
        Assert.Equal(
            $$$"""{"error":"too_many_requests","message":"Too many requests","kind":"failed","moreInfo":{"retryAfterSeconds":{{{seconds}}}}}""", answer.Body);
    }

    [Theory]
    [InlineData("/api/manage/keys")]
    [InlineData("/api/status/com.example.app")]
    [InlineData("/api/notices")]
    [InlineData("/api/keys/com.example.app")]
    [InlineData("/")]
    public async Task Others_beyond_the_limit_get_a_problem(string path)
    {
        await UseUpAsync();

        var answer = await AskAsync(path);

        Assert.Equal(429, answer.Status);
        Assert.NotNull(answer.RetryAfter);
        Assert.Equal("too_many_requests", JsonNode.Parse(answer.Body)!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/api/health")]
    [InlineData("/api/health/signing")]
    [InlineData("/api/health/ready")]
    public async Task Health_is_told_beyond_any_limit(string path)
    {
        await UseUpAsync();

        Assert.Equal(Answer.None, await AskAsync(path));
    }

    [Theory]
    [InlineData("203.0.113.99", false)]
    [InlineData("203.0.114.7", true)]
    [InlineData("2001:db8::1", true)]
    public async Task Limit_is_that_of_the_network(string address, bool isAdmitted)
    {
        await UseUpAsync();

        Assert.Equal(isAdmitted, await AskAsync("/api/stats", address) == Answer.None);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.1.2.3")]
    [InlineData(null)]
    public async Task Proxy_that_does_not_say_for_whom_it_asks_is_not_limited_for_all_of_them(string? address)
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Answer.None, await AskAsync("/api/updates", address));
        }
    }

    [Fact]
    public async Task Too_many_failed_logins_close_the_management_to_the_network_and_nothing_else()
    {
        await LogInAsync(StatusCodes.Status401Unauthorized);
        await LogInAsync(StatusCodes.Status401Unauthorized);

        Assert.Equal(429, (await AskAsync("/api/manage/keys")).Status);
        Assert.Equal(Answer.None, await AskAsync("/api/updates"));
        Assert.Equal(Answer.None, await AskAsync("/api/manage/keys", "198.51.100.1"));
    }

    [Fact]
    public async Task Logins_that_succeed_are_not_counted()
    {
        await LogInAsync(StatusCodes.Status200OK);
        await LogInAsync(StatusCodes.Status404NotFound);

        Assert.Equal(Answer.None, await AskAsync("/api/manage/keys"));
    }

    public void Dispose() => _limits.Dispose();

    private async Task UseUpAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Answer.None, await AskAsync("/api/updates"));
        }
    }

    private async Task LogInAsync(int status)
    {
        var (context, response) = NewContext("/api/manage/keys", Network);
        Assert.Null(await _guard.RefuseAsync(context, CancellationToken.None));
        response.StatusCode = status;
        await response.StartAsync();
    }

    private async Task<Answer> AskAsync(string path, string? address = Network)
    {
        var (context, response) = NewContext(path, address);
        if (await _guard.RefuseAsync(context, CancellationToken.None) is not { } refusal)
        {
            return Answer.None;
        }

        using var body = new MemoryStream();
        context.Response.Body = body;
        await refusal.ExecuteAsync(context);
        return new Answer(response.StatusCode, context.Response.Headers.RetryAfter, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private static (HttpContext Context, StartedResponse Response) NewContext(string path, string? address)
    {
        var response = new StartedResponse();
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).BuildServiceProvider(),
        };
        context.Features.Set<IHttpResponseFeature>(response);
        context.Request.Path = path;
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        return (context, response);
    }

    private sealed record Answer(int Status, string? RetryAfter, string Body)
    {
        public static readonly Answer None = new(0, null, "");
    }

    /// <summary>A response that calls back when it starts, as a server's does.</summary>
    private sealed class StartedResponse : HttpResponseFeature
    {
        private readonly List<Func<Task>> _starting = [];

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Add(() => callback(state));

        public Task StartAsync() => Task.WhenAll(_starting.Select(callback => callback()));
    }
}
