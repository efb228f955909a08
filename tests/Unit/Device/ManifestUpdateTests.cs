using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Serverless.Device;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class ManifestUpdateTests : IAsyncLifetime
{
    private static readonly string[] Releases =
    [
        "5.10.0", "5.30.0", "5.35.0", "6.25.0", "6.34.0", "7.0.35", "7.27.8", "7.30.0", "7.41.1", "7.45.10", "7.50.0", "8.0.0", "8.4.3",
        "8.41.12", "8.45.11", "8.47.0", "8.51.8", "8.51.22", "8.51.23",
    ];

    private static readonly BundleSigner Signer = new();

    private readonly HttpClient _http = new();
    private LoopbackServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string, DevicePlatform>> Generations =>
        from release in Releases
        from platform in Enum.GetValues<DevicePlatform>()
        select new TheoryDataRow<string, DevicePlatform>(release, platform);

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync(Signer);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Delta_update_installs_on_every_generation_with_and_without_a_key(string plugin, DevicePlatform platform)
    {
        _server.Publish("1.1.0", TestBundle.Large("1.1.0"), delta: true);
        var open = Device(platform, plugin);
        await InstallAsync(open);
        _server.EncryptsForAll = true;
        var keyed = Device(platform, plugin, profile => profile with { PublicKey = Signer.PublicKey });
        await InstallAsync(keyed);

        Assert.Equal(("1.1.0", BundleStatus.Success), (open.Running.Version, open.Running.Status));
        Assert.Equal(("1.1.0", BundleStatus.Success), (keyed.Running.Version, keyed.Running.Status));
        Assert.Equal(["app.js", "index.html", "vendor.js"], open.Running.Folder!.Paths.Order());
        Assert.Equal(["app.js", "index.html", "vendor.js"], keyed.Running.Folder!.Paths.Order());
        Assert.DoesNotContain(_server.Downloads, path => path.StartsWith("/bundles/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_changed_file_is_all_that_is_transferred(bool zipBefore)
    {
        _server.Publish("1.1.0", TestBundle.Large("1.1.0"), delta: !zipBefore);
        var device = Device();
        var whole = await InstallAsync(device);
        _server.Publish("1.2.0", TestBundle.Large("1.2.0"), delta: true);

        var delta = await InstallAsync(device);

        Assert.Equal("1.2.0", device.Running.Version);
        Assert.Equal("notifyAppReady('1.2.0')".Length, delta.BytesDownloaded);
        Assert.InRange(delta.BytesDownloaded, 1, whole.BytesDownloaded / 20);
    }

    [Fact]
    public async Task Zip_counts_every_byte_of_it()
    {
        var zip = TestBundle.Large("1.1.0");
        _server.Publish("1.1.0", zip);

        var outcome = await InstallAsync(Device());

        Assert.Equal(zip.Length, outcome.BytesDownloaded);
    }

    [Fact]
    public async Task Files_shipped_in_the_app_are_taken_by_their_path()
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        var page = "<script src=app.js></script>"u8.ToArray();
        var shipped = new Dictionary<string, byte[]> { ["index.html"] = page, ["old/app.js"] = "notifyAppReady('1.1.0')"u8.ToArray() };
        var device = Device(options: new DeviceOptions { AppFiles = shipped });

        await InstallAsync(device);

        Assert.Equal(["/files/1.1.0/plain/app.js"], _server.Downloads);
    }

    [Theory]
    [InlineData(DevicePlatform.Android)]
    [InlineData(DevicePlatform.Ios)]
    public async Task Wrong_key_fails_before_any_download(DevicePlatform platform)
    {
        using var other = new BundleSigner();
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        var device = Device(platform, change: profile => profile with { PublicKey = other.PublicKey });

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal("download_manifest_checksum_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Empty(_server.Downloads);
    }

    /// <summary>Android takes what is plain in spite of its key, and iOS fails on the checksum once the files are there.</summary>
    [Theory]
    [InlineData(DevicePlatform.Android, "1.1.0", "set 1.1.0")]
    [InlineData(DevicePlatform.Ios, "builtin", "download_fail builtin")]
    public async Task Plain_list_meets_a_key_that_the_device_did_not_name(DevicePlatform platform, string running, string report)
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
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
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);

        await Device(platform).ForegroundAsync(Cancellation);

        // What Android's worker says travels alone, ahead of the array.
        Assert.Equal(expected.Split(','), Reported().Where(line => !line.StartsWith("app_", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(DevicePlatform.Android, "download_manifest_file_fail 1.1.0:app.js,download_manifest_file_fail 1.1.0:app.js,download_fail ")]
    [InlineData(DevicePlatform.Ios, "download_manifest_file_fail 1.1.0:app.js,download_fail 1.0.0")]
    public async Task Missing_file_fails_the_update_and_the_zip_is_not_tried(DevicePlatform platform, string expected)
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        _server.DownloadAnswer = request => request.Path.Value!.EndsWith("app.js", StringComparison.Ordinal) ? Results.NotFound() : null;

        var outcome = await Device(platform).ForegroundAsync(Cancellation);

        Assert.Equal("download_manifest_file_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Equal(expected.Split(','), Reported().Where(line => line.Contains("fail", StringComparison.Ordinal)));
        Assert.DoesNotContain(_server.Downloads, path => path.StartsWith("/bundles/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DevicePlatform.Android, true)]
    [InlineData(DevicePlatform.Ios, false)]
    public async Task Failed_delta_update_is_forgotten_by_Android_alone(DevicePlatform platform, bool installs)
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        _server.DownloadAnswer = _ => Results.NotFound();
        var device = Device(platform);
        await device.ForegroundAsync(Cancellation);
        _server.DownloadAnswer = _ => null;

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal(installs, outcome is UpdateQueued);
    }

    [Theory]
    [InlineData("8.51.23", "a.js", "a.js.br", "manifest_path_fail 1.1.0:a.js.br")]
    [InlineData("8.51.23", "a.js", "./a.js", "manifest_path_fail 1.1.0:./a.js")]
    [InlineData("8.51.23", "a.js", "../b.js", "manifest_path_fail 1.1.0:../b.js")]
    [InlineData("8.51.23", "a.js", "b\\c.js", "manifest_path_fail 1.1.0:b\\c.js")]
    [InlineData("8.51.23", "a.js", ".br", "manifest_path_fail 1.1.0:.br")]
    [InlineData("8.46.0", "a.js", "a.js.br", null)]
    public async Task Name_that_is_refused_fails_the_update_before_any_download(string plugin, string first, string second, string? expected)
    {
        _server.Answer = _ => OfferOf(("index.html", "/files/x"), (first, "/files/a"), (second, "/files/b"));

        var outcome = await Device(plugin: plugin).ForegroundAsync(Cancellation);

        Assert.Equal("manifest_path_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Empty(_server.Downloads);
        Assert.Equal(expected, Reported().SingleOrDefault(line => line.StartsWith("manifest_path_fail", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("not brotli at all", "download_manifest_brotli_fail")]
    [InlineData("\u0011large window", "download_manifest_brotli_fail")]
    public async Task File_that_does_not_decompress_fails(string content, string action)
    {
        _server.Answer = _ => OfferOf(("app.js.br", "/files/1/plain/app.js.br"));
        _server.DownloadAnswer = _ => Results.Bytes(System.Text.Encoding.ASCII.GetBytes(content));

        var outcome = await Device().ForegroundAsync(Cancellation);

        Assert.Equal(action, Assert.IsType<UpdateFailed>(outcome).Action);
    }

    [Fact]
    public async Task File_of_another_content_fails()
    {
        _server.Answer = _ => OfferOf(("app.js", "/files/1/plain/app.js"));
        _server.DownloadAnswer = _ => Results.Text("something else");

        var outcome = await Device().ForegroundAsync(Cancellation);

        Assert.Equal("download_manifest_checksum_fail", Assert.IsType<UpdateFailed>(outcome).Action);
    }

    [Fact]
    public async Task File_under_another_session_key_does_not_decrypt()
    {
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        _server.DownloadAnswer = _ => Results.Bytes(RandomNumberGenerator.GetBytes(31));
        var device = Device(DevicePlatform.Ios, change: profile => profile with { PublicKey = Signer.PublicKey });

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal("decrypt_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Contains("decrypt_fail 1.1.0", Reported());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Content_encoding_on_a_file_is_refused_loudly(string encoding)
    {
        _server.Publish("1.1.0", TestBundle.Large("1.1.0"), delta: true);
        _server.DownloadAnswer = request =>
        {
            request.HttpContext.Response.Headers.ContentEncoding = encoding;
            return null;
        };

        await Assert.ThrowsAsync<HarmfulAnswerException>(() => Device().ForegroundAsync(Cancellation));
    }

    [Fact]
    public async Task IOS_deletes_a_bundle_that_came_by_manifest_when_its_zip_is_offered_then_takes_it()
    {
        var zip = TestBundle.Good("1.1.0");
        _server.Publish("1.1.0", zip, delta: true);
        var device = Device(DevicePlatform.Ios);
        await device.ForegroundAsync(Cancellation);
        _server.Publish("1.1.0", zip);

        var first = await device.ForegroundAsync(Cancellation);
        var second = await device.ForegroundAsync(Cancellation);

        Assert.Equal("checksum_fail", Assert.IsType<UpdateFailed>(first).Action);
        Assert.Contains("delete 1.1.0", Reported());
        Assert.IsType<UpdateQueued>(second);
    }

    private IResult OfferOf(params (string Name, string Path)[] files) => Results.Json(new
    {
        version = "1.1.0",
        url = new Uri(_server.Address, "/bundles/1.1.0/zip"),
        session_key = "",
        checksum = new string('0', 64),
        manifest = files.Select(file => new { file_name = file.Name, file_hash = new string('0', 64), download_url = new Uri(_server.Address, file.Path) }),
    });

    private IEnumerable<string> Reported() => _server.Events.Select(e => $"{e["action"]} {e["version_name"]}");

    private PluginDevice Device(
        DevicePlatform platform = DevicePlatform.Android,
        string plugin = "8.51.23",
        Func<DeviceProfile, DeviceProfile>? change = null,
        DeviceOptions? options = null)
    {
        var profile = DeviceProfile.For(_server.Address, "com.example.app") with { Platform = platform, PluginVersion = Version.Parse(plugin) };
        return new PluginDevice(change?.Invoke(profile) ?? profile, _http, options);
    }

    private static async Task<UpdateQueued> InstallAsync(PluginDevice device)
    {
        var outcome = await device.ForegroundAsync(Cancellation);
        await device.BackgroundAsync(Cancellation);
        await device.LaunchAsync(Cancellation);
        return Assert.IsType<UpdateQueued>(outcome);
    }
}
