using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Tests.Fixtures;

/// <summary>What an upstream got: the target as it stood in the request line, headers, and body.</summary>
internal sealed record Received(int Port, string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>An upstream of three services that remembers what it gets and answers it back, with headers and an encoding of its own.</summary>
internal sealed class EchoStorage : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();

    private EchoStorage()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            for (var service = 0; service < 3; service++)
            {
                kestrel.Listen(IPAddress.Loopback, port: 0);
            }
        });

        _app = builder.Build();
        _app.Run(EchoAsync);
    }

    public IReadOnlyList<Received> Received => [.. _received];

    public int[] Ports => [.. _app.Urls.Select(url => new Uri(url).Port)];

    public string ConnectionString =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5PQ==;"
        + $"BlobEndpoint=http://127.0.0.1:{Ports[0]}/devstoreaccount1;"
        + $"QueueEndpoint=http://127.0.0.1:{Ports[1]}/devstoreaccount1;"
        + $"TableEndpoint=http://127.0.0.1:{Ports[2]}/devstoreaccount1;";

    public static async Task<EchoStorage> StartAsync(CancellationToken cancellationToken)
    {
        var storage = new EchoStorage();
        await storage._app.StartAsync(cancellationToken);
        return storage;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task EchoAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue(new Received(
            context.Connection.LocalPort,
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray()));

        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = "http://127.0.0.1/elsewhere";
        context.Response.Headers.ETag = "\"0x8D\"";
        context.Response.Headers.SetCookie = "a=1";
        context.Response.Headers.ContentEncoding = "gzip";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body.ToArray(), context.RequestAborted);
        }
    }
}
