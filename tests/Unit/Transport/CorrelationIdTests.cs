using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Management;
using Serverless.Transport;

namespace Serverless.Tests.Unit.Transport;

/// <summary>How a request is named.</summary>
public sealed class CorrelationIdTests : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private readonly Activity _activity = new("request");
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("order-4711")]
    [InlineData("0HN7.a_B")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task Short_and_plain_name_of_the_caller_is_kept(string name) => Assert.Equal(name, CorrelationId.Of(await AskAsync(name)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("<b>")]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("größe")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task Without_one_the_request_is_named_by_its_trace(string? name) => Assert.Equal(Trace, CorrelationId.Of(await AskAsync(name)));

    [Fact]
    public async Task Request_without_a_trace_has_a_name_of_its_own() =>
        Assert.NotEqual(CorrelationId.Of(await AskAsync(name: null, isTraced: false)), CorrelationId.Of(await AskAsync(name: null, isTraced: false)));

    [Fact]
    public async Task Trace_tells_the_name_that_the_caller_gave()
    {
        await AskAsync("order-4711");

        Assert.Equal("order-4711", _activity.GetTagItem("updates.correlation_id"));
    }

    [Fact]
    public async Task Problem_tells_the_name_of_its_request()
    {
        var context = await AskAsync("order-4711");
        context.Response.Body = new MemoryStream();

        await Problem.AppNotFound.ToHttp().ExecuteAsync(context);

        context.Response.Body.Position = 0;
        var problem = (await JsonNode.ParseAsync(context.Response.Body, cancellationToken: Cancellation))!;
        Assert.Equal(("app_not_found", "order-4711"), ((string?)problem["code"], (string?)problem["correlationId"]));
    }

    public void Dispose()
    {
        _activity.Dispose();
        _services.Dispose();
    }

    private async Task<HttpContext> AskAsync(string? name, bool isTraced = true)
    {
        var context = TestRequest.From("203.0.113.7", "https", "updates.example.com", name is null ? [] : [("X-Correlation-Id", name)]);
        context.RequestServices = _services;
        if (isTraced)
        {
            context.Features.Set<IHttpActivityFeature>(new ActivityFeature { Activity = Traced() });
        }

        Assert.Null(await new CorrelationId().RefuseAsync(context, Cancellation));
        return context;
    }

    private Activity Traced() => _activity.Id is null ? _activity.SetParentId($"00-{Trace}-00f067aa0ba902b7-01").Start() : _activity;

    private sealed class ActivityFeature : IHttpActivityFeature
    {
        public required Activity Activity { get; set; }
    }
}
