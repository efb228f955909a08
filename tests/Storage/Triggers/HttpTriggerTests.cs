using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

public sealed class HttpTriggerTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_and_route_values_are_bound_and_results_are_executed()
    {
        await using var host = await FunctionHost.StartAsync<EchoFunction>(azurite, new FunctionProbe());
        using var client = new HttpClient { BaseAddress = host.Address };
        using var body = new StringContent("hello");

        using var response = await client.PostAsync("api/echo/com.example.app?loud=1", body, Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("\"com.example.app ?loud=1 hello\"", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Other_methods_and_routes_are_refused()
    {
        await using var host = await FunctionHost.StartAsync<EchoFunction>(azurite, new FunctionProbe());
        using var client = new HttpClient { BaseAddress = host.Address };

        using var otherMethod = await client.GetAsync("api/echo/x", Cancellation);
        using var otherRoute = await client.GetAsync("echo/x", Cancellation);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, otherMethod.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, otherRoute.StatusCode);
    }

    [Fact]
    public async Task Function_with_a_key_in_azure_answers_callers_on_this_machine()
    {
        await using var host = await FunctionHost.StartAsync<GuardedFunction>(azurite, new FunctionProbe());
        using var client = new HttpClient { BaseAddress = host.Address };

        Assert.Equal("\"open\"", await client.GetStringAsync("api/guarded", Cancellation));
        Assert.Equal("\"open\"", await client.GetStringAsync($"http://localhost:{host.Address.Port}/api/guarded", Cancellation));
    }

    [Theory]
    [InlineData("Host", "rebound.example")]
    [InlineData("Origin", "https://page.example")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    public async Task Function_with_a_key_in_azure_is_closed_to_everyone_else(string header, string value)
    {
        await using var host = await FunctionHost.StartAsync<GuardedFunction>(azurite, new FunctionProbe());
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/guarded") { Headers = { { header, value } } };

        using var response = await client.SendAsync(request, Cancellation);

        Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(
            """{"status":403,"code":"local_callers_only","detail":"This server takes management calls from its own machine only, made to it directly.","title":"Forbidden"}""",
            await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Anonymous_function_answers_whoever_asks()
    {
        await using var host = await FunctionHost.StartAsync<EchoFunction>(azurite, new FunctionProbe());
        using var client = new HttpClient { BaseAddress = host.Address, DefaultRequestHeaders = { Host = "updates.example.com" } };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        using var body = new StringContent("hello");

        using var response = await client.PostAsync("api/echo/com.example.app", body, Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private sealed class GuardedFunction
    {
        [Function("Guarded")]
        public IResult Run([HttpTrigger(AuthorizationLevel.Function, "get", Route = "guarded")] HttpRequest request) => Results.Ok("open");
    }

    private sealed class EchoFunction
    {
        [Function("Echo")]
        public async Task<IResult> RunAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "echo/{app}")] HttpRequest request,
            string app,
            CancellationToken cancellation)
        {
            using var reader = new StreamReader(request.Body);
            return Results.Accepted(value: $"{app} {request.QueryString} {await reader.ReadToEndAsync(cancellation)}");
        }
    }
}
