using Serverless.Device;

namespace Serverless.Tests.Unit.Device;

/// <summary>A server of its own for each test, and devices that ask it.</summary>
public abstract class ManifestTest : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly BundleSigner _signer;
    private LoopbackServer? _server;

    private protected ManifestTest(BundleSigner signer) => _signer = signer;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected LoopbackServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync(_signer);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private protected IEnumerable<string> Reported() => Server.Events.Select(e => $"{e["action"]} {e["version_name"]}");

    private protected PluginDevice Device(
        DevicePlatform platform = DevicePlatform.Android,
        string plugin = "8.51.23",
        Func<DeviceProfile, DeviceProfile>? change = null,
        DeviceOptions? options = null)
    {
        var profile = DeviceProfile.For(Server.Address, "com.example.app") with { Platform = platform, PluginVersion = Version.Parse(plugin) };
        return new PluginDevice(change?.Invoke(profile) ?? profile, _http, options);
    }
}
