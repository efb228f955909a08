using Microsoft.AspNetCore.Http;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class DeviceLifeTests : IAsyncLifetime
{
    private readonly BundleSigner _signer = new();
    private readonly HttpClient _http = new();
    private LoopbackServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync(_signer);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _signer.Dispose();
    }

    public static TheoryData<string, DevicePlatform, bool> Generations => new()
    {
        { "8.51.23", DevicePlatform.Android, false },
        { "8.51.23", DevicePlatform.Android, true },
        { "8.51.23", DevicePlatform.Ios, true },
        { "8.41.12", DevicePlatform.Ios, true },
        { "8.41.12", DevicePlatform.Android, false },
        { "7.27.8", DevicePlatform.Android, true },
        { "10.0.0", DevicePlatform.Ios, false },
        { "9.0.0", DevicePlatform.Android, false },
        { "5.10.0", DevicePlatform.Android, false },
        { "6.30.0", DevicePlatform.Ios, false },
        { "7.0.35", DevicePlatform.Android, false },
        { "8.4.3", DevicePlatform.Ios, true },
        { "8.51.22", DevicePlatform.Ios, true },
    };

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Device_of_each_generation_installs_a_release(string plugin, DevicePlatform platform, bool keyed)
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"));
        var device = Device(profile => profile with
        {
            PluginVersion = Version.Parse(plugin),
            Platform = platform,
            PublicKey = keyed ? _signer.PublicKey : null,
        });

        var outcome = await device.ForegroundAsync(Cancellation);
        var activated = await device.BackgroundAsync(Cancellation);
        var launch = await device.LaunchAsync(Cancellation);

        Assert.IsType<UpdateQueued>(outcome);
        Assert.True(activated);
        Assert.Equal(LaunchOutcome.Ready, launch);
        Assert.Equal(("1.1.0", BundleStatus.Success), (device.Running.Version, device.Running.Status));
        Assert.Equal(RefusalKind.UpToDate, Assert.IsType<Refusal>(await device.CheckAsync(Cancellation)).Kind);
    }

    [Fact]
    public async Task Interrupted_download_resumes_where_it_stopped()
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"));
        var device = Device(options: new DeviceOptions { Interruption = new DownloadInterruption(100) });

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.IsType<UpdateQueued>(outcome);
    }

    [Fact]
    public async Task Download_that_cannot_resume_is_refused_loudly()
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"));
        _server.Answer = _ => Results.Json(OfferOf("1.1.0", form: "whole"));
        var device = Device(options: new DeviceOptions { Interruption = new DownloadInterruption(100) });

        await Assert.ThrowsAsync<HarmfulAnswerException>(() => device.ForegroundAsync(Cancellation));
    }

    [Fact]
    public async Task Bundle_that_stays_silent_is_reported_and_forgotten()
    {
        var device = await UpdateToAsync("1.1.0", TestBundle.Good("1.1.0"));
        _server.Publish("1.2.0", TestBundle.Silent("1.2.0"));

        await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);
        var launch = await device.LaunchAsync(Cancellation);

        Assert.Equal(LaunchOutcome.RolledBack, launch);
        Assert.Equal("1.1.0", device.Running.Version);
        Assert.Equal(
            ["app_launch_start 1.2.0", "app_launch_timeout 1.2.0", "update_fail 1.2.0", "reset 1.1.0", "delete 1.2.0", "app_launch_ready 1.1.0"],
            _server.Events.TakeLast(6).Select(e => $"{e["action"]} {e["version_name"]}"));
    }

    [Fact]
    public async Task Server_that_offers_a_failed_version_again_gets_it_installed_again()
    {
        _server.Publish("1.2.0", TestBundle.Silent("1.2.0"));
        var device = Device();
        await InstallAsync(device);
        _server.ForgetFailures();

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.IsType<UpdateQueued>(outcome);
    }

    [Fact]
    public async Task Device_that_keeps_failed_bundles_refuses_the_version_from_then_on()
    {
        _server.Publish("1.2.0", TestBundle.Silent("1.2.0"));
        var device = Device(profile => profile with { AutoDeleteFailed = false });
        await InstallAsync(device);
        _server.Answer = _ => Results.Json(OfferOf("1.2.0"));

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal("download_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Equal("download_fail", _server.Actions.Last());
    }

    [Fact]
    public async Task Rollback_to_a_bundle_still_on_the_device_downloads_nothing()
    {
        var device = await UpdateToAsync("1.1.0", TestBundle.Good("1.1.0"), profile => profile with { AutoDeletePrevious = false });
        await UpdateToAsync(device, "1.2.0", TestBundle.Good("1.2.0"));
        var downloads = _server.Actions.Count(action => action == "download_zip_start");
        _server.Answer = _ => Results.Json(OfferOf("1.1.0"));

        await InstallAsync(device);

        Assert.Equal("1.1.0", device.Running.Version);
        Assert.Equal(downloads, _server.Actions.Count(action => action == "download_zip_start"));
    }

    [Fact]
    public async Task Device_returns_to_the_bundle_of_its_app()
    {
        var device = await UpdateToAsync("1.1.0", TestBundle.Good("1.1.0"));
        _server.Answer = _ => Results.Json(new { version = "builtin" });

        await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);

        Assert.True(device.Running.IsBuiltin);
        await Assert.ThrowsAsync<HarmfulAnswerException>(() => device.CheckAsync(Cancellation));
    }

    [Fact]
    public async Task Native_update_returns_to_the_bundle_of_the_new_app()
    {
        var device = await UpdateToAsync("1.1.0", TestBundle.Good("1.1.0"));

        await device.UpdateNativeAppAsync("2.0.0", "2", Cancellation);
        await device.CheckAsync(Cancellation);

        Assert.True(device.Running.IsBuiltin);
        Assert.Equal("2.0.0", (string?)_server.Checks.Last().Body["version_name"]);
    }

    [Fact]
    public async Task Bundle_without_an_entry_page_fails_when_it_is_set()
    {
        _server.Publish("1.1.0", TestBundle.Zip(("readme.txt", "no page")));
        var device = Device();

        await device.ForegroundAsync(Cancellation);
        var activated = await device.BackgroundAsync(Cancellation);

        Assert.False(activated);
        Assert.Equal("set_fail", _server.Actions.Last());
    }

    [Theory]
    [InlineData(DevicePlatform.Android, "app_moved_to_foreground 1.0.0,download_zip_start 1.1.0,download_zip_complete 1.1.0,checksum_fail 1.0.0,download_fail 1.0.0,finish_download_fail 1.1.0")]
    [InlineData(DevicePlatform.Ios, "app_moved_to_foreground 1.0.0,download_zip_start 1.1.0,download_0 1.1.0,download_zip_complete 1.1.0,checksum_fail 1.1.0,download_fail 1.0.0")]
    public async Task Wrong_checksum_is_reported_as_each_platform_does(DevicePlatform platform, string expected)
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"));
        _server.Answer = _ => Results.Json(OfferOf("1.1.0"));
        var device = Device(profile => profile with { Platform = platform });

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal("checksum_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Equal(expected.Split(','), _server.Events.Select(e => $"{e["action"]} {e["version_name"]}"));
    }

    [Fact]
    public async Task Keyed_device_refuses_a_bundle_without_a_session_key()
    {
        _server.Answer = _ => Results.Json(OfferOf("1.1.0"));
        var device = Device(profile => profile with { PublicKey = _signer.PublicKey });

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal("session_key_required", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Contains("session_key_required", _server.Actions);
    }

    [Fact]
    public async Task Shared_bundle_is_downloaded_once()
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"));
        var options = new DeviceOptions { Cache = new BundleCache() };
        var first = Device(options: options);
        var second = Device(options: options);

        await InstallAsync(first);
        await InstallAsync(second);

        Assert.Same(first.Running.Folder, second.Running.Folder);
    }

    /// <summary>An offer whose checksum is wrong, for devices that should not get so far.</summary>
    private object OfferOf(string version, string form = "zip") => new
    {
        version,
        url = new Uri(_server.Address, $"/bundles/{version}/{form}").ToString(),
        session_key = "",
        checksum = new string('0', 64),
    };

    private PluginDevice Device(Func<DeviceProfile, DeviceProfile>? change = null, DeviceOptions? options = null)
    {
        var profile = DeviceProfile.For(_server.Address, "com.example.app");
        return new PluginDevice(change?.Invoke(profile) ?? profile, _http, options);
    }

    private async Task<PluginDevice> UpdateToAsync(string version, byte[] zip, Func<DeviceProfile, DeviceProfile>? change = null)
    {
        var device = Device(change);
        await UpdateToAsync(device, version, zip);
        return device;
    }

    private async Task UpdateToAsync(PluginDevice device, string version, byte[] zip)
    {
        _server.Publish(version, zip);
        await InstallAsync(device);
    }

    private static async Task InstallAsync(PluginDevice device)
    {
        await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);
        await device.LaunchAsync(Cancellation);
    }
}
