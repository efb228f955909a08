using System.Security.Cryptography;
using Serverless.Device;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>
/// One server and one app of more than 500 files in two releases that differ in one small file: <see cref="First"/> in production and
/// <see cref="Second"/> on <see cref="SecondChannel"/>, which devices may choose.
/// </summary>
public sealed class DeltaServer : IAsyncLifetime
{
    public const string First = "1.1.0";
    public const string Second = "1.2.0";
    public const string SecondChannel = "beta";

    private const string App = "com.example.files";

    private readonly AzuriteFixture _azurite = new();
    private readonly FileEdge _network = new(new SocketsHttpHandler());
    private readonly string _anotherKey = NewKey();
    private string? _serversKey;
    private Deployment? _deployment;

    private Deployment Deployment => _deployment ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        // What fails here on purpose withdraws nothing.
        _deployment = await Deployment.StartAsync(
            [.. Deployment.Quick, new("AzureWebJobsStorage", _azurite.ConnectionString), new("Rollbacks__Enabled", "false")]);
        await PublishAsync(First);
        await PublishAsync(Second, "--channel", SecondChannel);
        _serversKey = await _deployment.ReadPublicKeyAsync(App);
    }

    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        if (_deployment is not null)
        {
            await _deployment.DisposeAsync();
        }

        await _azurite.DisposeAsync();
    }

    /// <summary>A new device; it follows production.</summary>
    /// <param name="plugin">The version of its plugin.</param>
    /// <param name="platform">Its operating system.</param>
    /// <param name="key">The key in its app.</param>
    /// <param name="shipped">The version whose files are in its app; null for an app that has none of them.</param>
    internal DeltaDevice Device(string plugin, DevicePlatform platform, KeyInApp key, string? shipped = null)
    {
        var profile = Deployment.DeviceOf(App) with
        {
            Platform = platform,
            PluginVersion = Version.Parse(plugin),
            PublicKey = key switch
            {
                KeyInApp.None => null,
                KeyInApp.Servers => _serversKey,
                _ => _anotherKey,
            },
        };
        return new DeltaDevice(profile, _network, shipped);
    }

    private static string NewKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportRSAPublicKeyPem();
    }

    private async Task PublishAsync(string version, params string[] more)
    {
        var path = Path.Combine(Deployment.DataFolder, $"{version}.zip");
        AssortedBundle.Of(version).Forge().WriteTo(path);
        var push = await Deployment.PushAsync(path, App, version, more);
        Assert.True(push.ExitCode == 0, push.Output);
    }
}

/// <summary>The classes that share the server.</summary>
[CollectionDefinition(nameof(Deltas))]
public sealed class DeltasDefinition : ICollectionFixture<DeltaServer>;
