using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Serverless.Releases;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>One server for all conformance pairs; each pair has an app of its own on it.</summary>
public sealed class ConformanceServer : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new() { InMemory = true };
    private StorageProxy? _proxy;
    private Deployment? _deployment;
    private StoredState? _storage;
    private string? _token;

    /// <summary>What stands between the server and its storage.</summary>
    internal StorageProxy Proxy => _proxy ?? throw new InvalidOperationException("The proxy is not started.");

    internal Deployment Deployment => _deployment ?? throw new InvalidOperationException("The server is not started.");

    internal StoredState Storage => _storage ?? throw new InvalidOperationException("The storage is not started.");

    /// <summary>Past the proxy.</summary>
    internal string StorageConnection => _azurite.ConnectionString;

    /// <summary>For management calls.</summary>
    internal string Token => _token ?? throw new InvalidOperationException("The server is not started.");

    internal ReleaseCatalog Catalog => Storage.Catalog;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _proxy = await StorageProxy.StartAsync(_azurite.ConnectionString, Cancellation);
        _storage = new StoredState(_azurite.ConnectionString);
        _deployment = await Deployment.StartAsync([.. Deployment.Quick, new("AzureWebJobsStorage", _proxy.ConnectionString), new("Transport__TrustedProxies", "127.0.0.1")]);
        _token = await _deployment.ReadFirstTokenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_deployment is not null)
        {
            await _deployment.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        await _azurite.DisposeAsync();
    }

    internal BlobContainerClient Container(string name) => _azurite.Container(name);

    /// <summary>Sends JSON, or nothing when there is no body, and requires what every answer owes: JSON by its content type, without a null.</summary>
    internal Task<WireAnswer> SendAsync(HttpMethod method, string path, JsonNode? body) => SendAsync(method, path, body?.ToJsonString());

    /// <inheritdoc cref="SendAsync(HttpMethod, string, JsonNode?)"/>
    internal async Task<WireAnswer> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(Deployment.Server.Address, path));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json);
        using var response = await Deployment.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(MediaTypeNames.Application.Json, response.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(text);
        Assert.False(HoldsNull(json.RootElement), $"Pair 48: the answer holds a null: {text}");
        return new WireAnswer(response.StatusCode, JsonNode.Parse(text)!, response.Headers.RetryAfter?.ToString());
    }

    private static bool HoldsNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(property => HoldsNull(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HoldsNull),
        var kind => kind is JsonValueKind.Null,
    };
}

/// <summary>The classes that share the server.</summary>
[CollectionDefinition(nameof(Conformance))]
public sealed class ConformanceDefinition : ICollectionFixture<ConformanceServer>;
