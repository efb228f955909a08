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
    public async Task Anonymous_function_answers_whoever_asks()
    {
        await using var host = await FunctionHost.StartAsync<EchoFunction>(azurite, new FunctionProbe());
        using var client = new HttpClient { BaseAddress = host.Address, DefaultRequestHeaders = { Host = "updates.example.com" } };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        using var body = new StringContent("hello");

        using var response = await client.PostAsync("api/echo/com.example.app", body, Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private sealed class EchoFunction
    {
        [Function("Echo")]
        public async Task<IResult> RunAsync(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/echo/{app}")] HttpRequest request,
            string app,
            CancellationToken cancellation)
        {
            using var reader = new StreamReader(request.Body);
            return Results.Accepted(value: $"{app} {request.QueryString} {await reader.ReadToEndAsync(cancellation)}");
        }
    }
}
