using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Tests.Storage.Deliveries;

/// <summary>Somebody else's server, on loopback: keeps what it was sent, and answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly WebApplication _app;
    private readonly Func<int, HttpContext, Task> _answer;

    private Receiver(Func<int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(HandleAsync);
        _answer = answer;
    }

    public Uri Address => new(_app.Urls.Single());

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <param name="answer">Is given the number of the request, from 1.</param>
    public static async Task<Receiver> StartAsync(Func<int, HttpContext, Task> answer)
    {
        var receiver = new Receiver(answer);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <param name="statuses">In turn; the last one for ever.</param>
    public static Task<Receiver> StartAsync(params int[] statuses) => StartAsync((number, context) =>
    {
        context.Response.StatusCode = statuses[Math.Min(number, statuses.Length) - 1];
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _requests.Enqueue(new ReceivedRequest(
            $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}",
            context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            body.ToArray(),
            DateTimeOffset.UtcNow));
        await _answer(_requests.Count, context);
    }
}

internal sealed record ReceivedRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At);
