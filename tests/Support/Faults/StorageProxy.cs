using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Serverless.Tests.Support.Faults;

/// <summary>
/// Stands between the server under test and a storage account (Azurite), passes everything on unchanged, remembers what it saw and, where
/// a test asks for it, holds or harms requests. Shared key signatures stay right: they cover neither host nor port.
/// </summary>
/// <example><code>
/// await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, cancellationToken);
/// using var hold = proxy.Hold(request => request.IsWrite &amp;&amp; request.Container == "bundles", Stage.AfterForwarding);
/// await hold.Reached.WaitAsync(deadline, cancellationToken);
/// server.Kill();
/// hold.Release();
/// </code></example>
public sealed class StorageProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StorageEndpoints _upstream;
    private readonly Forwarder _forwarder = new();
    private readonly ConcurrentQueue<StorageRequest> _requests = new();
    private readonly BusyTime _tables = new();
    private long _bytes;
    private ImmutableDictionary<int, StorageService> _services = ImmutableDictionary<int, StorageService>.Empty;
    private ImmutableList<Interception> _interceptions = [];

    private StorageProxy(StorageEndpoints upstream)
    {
        _upstream = upstream;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            foreach (var _ in Enum.GetValues<StorageService>())
            {
                kestrel.Listen(IPAddress.Loopback, port: 0);
            }
        });

        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>The upstream's connection string, with the proxy's three ports in place of its own.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>What has come in so far, in order of arrival, held and harmed requests included.</summary>
    public IReadOnlyList<StorageRequest> Requests => [.. _requests];

    /// <summary>How much storage has answered so far, in bytes of bodies.</summary>
    public long BytesAnswered => Interlocked.Read(ref _bytes);

    /// <summary>How long at least one request to tables has waited for the storage account itself so far.</summary>
    public TimeSpan TimeInTables => _tables.Elapsed;

    /// <summary>How often each <see cref="StorageRequest.Kind"/> has come in so far.</summary>
    public IReadOnlyDictionary<string, int> Operations => _requests.CountBy(request => request.Kind).ToDictionary();

    /// <param name="connectionString">With a blob, a queue and a table endpoint.</param>
    /// <exception cref="ArgumentException">An endpoint is missing.</exception>
    public static async Task<StorageProxy> StartAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var proxy = new StorageProxy(StorageEndpoints.Parse(connectionString));
        await proxy._app.StartAsync(cancellationToken);

        var services = Enum.GetValues<StorageService>().Zip(proxy._app.Urls, (service, url) => (service, new Uri(url).Port)).ToArray();
        proxy._services = services.ToImmutableDictionary(pair => pair.Port, pair => pair.service);
        proxy.ConnectionString = proxy._upstream.Through(services.ToDictionary(pair => pair.service, pair => pair.Port));
        return proxy;
    }

    public int Count(Func<StorageRequest, bool> match) => _requests.Count(match);

    /// <summary>Forgets the requests seen, so that counting can start after the preparation.</summary>
    public void Forget()
    {
        _requests.Clear();
        Interlocked.Exchange(ref _bytes, 0);
        _tables.Reset();
    }

    /// <summary>Keeps every matching request until released or until its client is gone.</summary>
    public StorageHold Hold(Func<StorageRequest, bool> match, Stage stage) => Add(new StorageHold(match, stage));

    /// <summary>Answers with a status of storage's own (503, 429, 500) and, after forwarding, hides that the work was done.</summary>
    public StorageFault Fail(
        Func<StorageRequest, bool> match, int status, int times = 1, Stage stage = Stage.BeforeForwarding, TimeSpan? retryAfter = null) =>
        Add(StorageFault.Status(match, stage, times, status, retryAfter));

    /// <summary>Closes the connection without an answer.</summary>
    public StorageFault Reset(Func<StorageRequest, bool> match, int times = 1, Stage stage = Stage.BeforeForwarding) =>
        Add(StorageFault.Reset(match, stage, times));

    public StorageFault Delay(Func<StorageRequest, bool> match, TimeSpan delay, int times = int.MaxValue, Stage stage = Stage.BeforeForwarding) =>
        Add(StorageFault.Delay(match, stage, times, delay));

    /// <summary>Lets bodies come in drops: those of requests before forwarding, those of answers after it.</summary>
    public StorageTrickle Trickle(Func<StorageRequest, bool> match, int bytesPerSecond, Stage stage = Stage.AfterForwarding) =>
        Add(new StorageTrickle(match, stage, bytesPerSecond));

    /// <summary>Drops what is still held, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        using var immediately = new CancellationTokenSource();
        await immediately.CancelAsync();
        await _app.StopAsync(immediately.Token);
        await _app.DisposeAsync();
        _forwarder.Dispose();
    }

    private T Add<T>(T interception)
        where T : Interception
    {
        ImmutableInterlocked.Update(ref _interceptions, static (all, added) => all.Add(added), interception);
        return interception;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var service = _services[context.Connection.LocalPort];
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = Describe(service, context.Request.Method, target);
        _requests.Enqueue(request);
        try
        {
            if (await InterceptAsync(request, Stage.BeforeForwarding, context))
            {
                return;
            }

            using var response = await SendAsync(service, context, target);
            if (!await InterceptAsync(request, Stage.AfterForwarding, context))
            {
                Interlocked.Add(ref _bytes, await Forwarder.AnswerAsync(response, context));
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: there is nobody to answer.
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }

    private Task<HttpResponseMessage> SendAsync(StorageService service, HttpContext context, string target)
    {
        Task<HttpResponseMessage> Send() => _forwarder.SendAsync(context, _upstream[service], target);
        return service is StorageService.Table ? _tables.DuringAsync(Send) : Send();
    }

    private async Task<bool> InterceptAsync(StorageRequest request, Stage stage, HttpContext context)
    {
        foreach (var interception in _interceptions)
        {
            if (interception.Claims(request, stage) && await interception.ActAsync(request, context))
            {
                return true;
            }
        }

        return false;
    }

    private StorageRequest Describe(StorageService service, string method, string target)
    {
        var parts = target.Split('?', 2);
        var account = _upstream[service].AbsolutePath.TrimEnd('/') + "/";
        var path = parts[0].StartsWith(account, StringComparison.Ordinal) ? parts[0][account.Length..] : parts[0].TrimStart('/');
        var component = parts is [_, var query] && QueryHelpers.ParseQuery(query).TryGetValue("comp", out var comp) ? comp.ToString() : null;
        return new StorageRequest(service, method, path, component);
    }
}
