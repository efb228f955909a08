using Serverless.Device;
using Serverless.Signing;

namespace Serverless.Tests.Storage.Keys;

/// <summary>Devices of several plugin generations with one public key, or without any.</summary>
internal sealed class SigningFleet : IDisposable
{
    private static readonly Version[] Plugins = [DeviceProfile.ReferencePlugin, new(8, 45, 0), new(8, 41, 12), new(7, 42, 0), new(6, 45, 0)];

    /// <summary>Sends four characters of its key alone.</summary>
    private static readonly Version Terse = new(8, 40, 7);

    private readonly HttpClient _http;

    /// <param name="server">Whom they ask.</param>
    /// <param name="app">Their app.</param>
    /// <param name="key">What the app carries.</param>
    public SigningFleet(InProcessServer server, string app, SigningPublicKey? key)
    {
        _http = new HttpClient(server, disposeHandler: false);
        var profile = server.DeviceOf(app) with { PublicKey = key?.Pem };
        Precise = [.. Plugins.Select((plugin, index) => New(profile with { PluginVersion = plugin, Platform = index % 2 == 0 ? DevicePlatform.Android : DevicePlatform.Ios }))];
        Short = New(profile with { PluginVersion = Terse });
    }

    /// <summary>Devices that name their key by twenty characters.</summary>
    public IReadOnlyList<PluginDevice> Precise { get; }

    /// <summary>The device that names its key by four.</summary>
    public PluginDevice Short { get; }

    /// <summary>Opens the app, leaves it and opens it again. Fails when the device is offered what it cannot verify.</summary>
    /// <returns>What runs now.</returns>
    public static async Task<string> UpdateAsync(PluginDevice device)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var outcome = await device.ForegroundAsync(cancellation);
        Assert.False(outcome is UpdateFailed, $"{device.Profile.PluginVersion} on {device.Profile.Platform}: {outcome}");
        await device.BackgroundAsync(cancellation);
        Assert.Equal(LaunchOutcome.Ready, await device.LaunchAsync(cancellation));
        return device.Running.IsBuiltin ? "builtin" : device.Running.Version;
    }

    /// <summary>Requires that each device, once updated, runs this version.</summary>
    public static async Task RunsAsync(string version, IReadOnlyList<PluginDevice> devices)
    {
        foreach (var device in devices)
        {
            Assert.Equal((device.Profile.PluginVersion, version), (device.Profile.PluginVersion, await UpdateAsync(device)));
        }
    }

    /// <summary>Requires that each device is refused with this code, and stays where it is.</summary>
    public static async Task RefusedAsync(string code, InProcessServer server, IReadOnlyList<PluginDevice> devices)
    {
        foreach (var device in devices)
        {
            var running = device.Running;
            await UpdateAsync(device);
            Assert.Equal((device.Profile.PluginVersion, code, running.Version), (device.Profile.PluginVersion, server.Answer?.Error, device.Running.Version));
        }
    }

    public void Dispose() => _http.Dispose();

    private PluginDevice New(DeviceProfile profile) => new(profile with { DeviceId = Guid.NewGuid().ToString() }, _http);
}
