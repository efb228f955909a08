using Serverless.Device;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

/// <summary>Updates by a list of files, and what is said of them.</summary>
public sealed class ManifestUpdateTests() : ManifestTest(Signer)
{
    private static readonly string[] Releases =
    [
        "5.10.0", "5.30.0", "5.35.0", "6.25.0", "6.34.0", "7.0.35", "7.27.8", "7.30.0", "7.41.1", "7.45.10", "7.50.0", "8.0.0", "8.4.3",
        "8.41.12", "8.45.11", "8.47.0", "8.51.8", "8.51.22", "8.51.23",
    ];

    private static readonly BundleSigner Signer = new();

    public static IEnumerable<TheoryDataRow<string, DevicePlatform>> Generations =>
        from release in Releases
        from platform in Enum.GetValues<DevicePlatform>()
        select new TheoryDataRow<string, DevicePlatform>(release, platform);

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Delta_update_installs_on_every_generation_with_and_without_a_key(string plugin, DevicePlatform platform)
    {
        Server.Publish("1.1.0", TestBundle.Large("1.1.0"), delta: true);
        var open = Device(platform, plugin);
        await InstallAsync(open);
        Server.EncryptsForAll = true;
        var keyed = Device(platform, plugin, profile => profile with { PublicKey = Signer.PublicKey });
        await InstallAsync(keyed);

        Assert.Equal(("1.1.0", BundleStatus.Success), (open.Running.Version, open.Running.Status));
        Assert.Equal(("1.1.0", BundleStatus.Success), (keyed.Running.Version, keyed.Running.Status));
        Assert.Equal(["app.js", "index.html", "vendor.js"], open.Running.Folder!.Paths.Order());
        Assert.Equal(["app.js", "index.html", "vendor.js"], keyed.Running.Folder!.Paths.Order());
        Assert.DoesNotContain(Server.Downloads, path => path.StartsWith("/bundles/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_changed_file_is_all_that_is_transferred(bool zipBefore)
    {
        Server.Publish("1.1.0", TestBundle.Large("1.1.0"), delta: !zipBefore);
        var device = Device();
        var whole = await InstallAsync(device);
        Server.Publish("1.2.0", TestBundle.Large("1.2.0"), delta: true);

        var delta = await InstallAsync(device);

        Assert.Equal("1.2.0", device.Running.Version);
        Assert.Equal("notifyAppReady('1.2.0')".Length, delta.BytesDownloaded);
        Assert.InRange(delta.BytesDownloaded, 1, whole.BytesDownloaded / 20);
    }

    [Fact]
    public async Task Zip_counts_every_byte_of_it()
    {
        var zip = TestBundle.Large("1.1.0");
        Server.Publish("1.1.0", zip);

        var outcome = await InstallAsync(Device());

        Assert.Equal(zip.Length, outcome.BytesDownloaded);
    }

    [Fact]
    public async Task Files_shipped_in_the_app_are_taken_by_their_path()
    {
        Server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        var page = "<script src=app.js></script>"u8.ToArray();
        var shipped = new Dictionary<string, byte[]> { ["index.html"] = page, ["old/app.js"] = "notifyAppReady('1.1.0')"u8.ToArray() };
        var device = Device(options: new DeviceOptions { AppFiles = shipped });

        await InstallAsync(device);

        Assert.Equal(["/files/1.1.0/plain/app.js"], Server.Downloads);
    }

    /// <summary>Android takes what is plain in spite of its key, and iOS fails on the checksum once the files are there.</summary>
    [Theory]
    [InlineData(DevicePlatform.Android, "1.1.0", "set 1.1.0")]
    [InlineData(DevicePlatform.Ios, "builtin", "download_fail builtin")]
    public async Task Plain_list_meets_a_key_that_the_device_did_not_name(DevicePlatform platform, string running, string report)
    {
        Server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        var device = Device(platform, "7.36.1", profile => profile with { PublicKey = Signer.PublicKey });

        await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);

        Assert.Equal(running, device.Running.Version);
        Assert.Contains(report, Reported());
    }

    [Theory]
    [InlineData(DevicePlatform.Android, "download_manifest_start 1.1.0,download_manifest_complete 1.1.0,download_50 1.1.0,download_complete 1.1.0,set_next 1.1.0")]
    [InlineData(DevicePlatform.Ios, "download_manifest_start 1.1.0,download_0 1.1.0,download_50 1.1.0,download_manifest_complete 1.1.0,download_complete 1.1.0,set_next 1.1.0")]
    public async Task Delta_update_is_reported_as_each_platform_does(DevicePlatform platform, string expected)
    {
        Server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);

        await Device(platform).ForegroundAsync(Cancellation);

        // What Android's worker says travels alone, ahead of the array.
        Assert.Equal(expected.Split(','), Reported().Where(line => !line.StartsWith("app_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task IOS_deletes_a_bundle_that_came_by_manifest_when_its_zip_is_offered_then_takes_it()
    {
        var zip = TestBundle.Good("1.1.0");
        Server.Publish("1.1.0", zip, delta: true);
        var device = Device(DevicePlatform.Ios);
        await device.ForegroundAsync(Cancellation);
        Server.Publish("1.1.0", zip);

        var first = await device.ForegroundAsync(Cancellation);
        var second = await device.ForegroundAsync(Cancellation);

        Assert.Equal("checksum_fail", Assert.IsType<UpdateFailed>(first).Action);
        Assert.Contains("delete 1.1.0", Reported());
        Assert.IsType<UpdateQueued>(second);
    }

    private static async Task<UpdateQueued> InstallAsync(PluginDevice device)
    {
        var outcome = await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);
        await device.LaunchAsync(Cancellation);
        return Assert.IsType<UpdateQueued>(outcome);
    }
}
