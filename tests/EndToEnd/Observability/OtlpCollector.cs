using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Serverless.Tests.EndToEnd.Observability;

/// <summary>A collector on loopback that takes OTLP over HTTP and keeps what it got.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> _received = [];

    private OtlpCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", TakeAsync);
    }

    /// <summary>The settings of a server that exports here, soon after things happened.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public IReadOnlyList<Span> Spans => [.. Bodies("traces").SelectMany(Span.ReadAll)];

    public static async Task<OtlpCollector> StartAsync(CancellationToken cancellation)
    {
        var collector = new OtlpCollector();
        await collector._app.StartAsync(cancellation);
        return collector;
    }

    /// <summary>Whether the bytes were in anything that was told of the signal: <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public bool Holds(string signal, ReadOnlyMemory<byte> bytes) => Bodies(signal).Any(body => body.AsSpan().IndexOf(bytes.Span) >= 0);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<byte[]> Bodies(string signal) => _received.Where(received => received.Signal == signal).Select(received => received.Body);

    private async Task<IResult> TakeAsync(string signal, HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        _received.Enqueue((signal, body.ToArray()));
        return Results.Bytes([], "application/x-protobuf");
    }
}
