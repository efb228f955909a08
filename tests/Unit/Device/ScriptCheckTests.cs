using Microsoft.AspNetCore.Http;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Manifests;

namespace Serverless.Tests.Unit.Device;

/// <summary>What an app's own script asks the server: <c>getLatest</c> and <c>getBundleDownloadSize</c>.</summary>
public sealed class ScriptCheckTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private LoopbackServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await LoopbackServer.StartAsync();
        _server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Script_asks_for_another_channel_once_and_causes_no_events()
    {
        var device = Device();

        var answer = await device.GetLatestAsync("beta", Cancellation);
        await device.GetLatestAsync(null, Cancellation);

        Assert.Equal("1.1.0", Assert.IsType<Offer>(answer).Version);
        Assert.Equal(["beta", ""], _server.Checks.Select(check => (string?)check.Body["defaultChannel"]));
        Assert.Empty(_server.Events);
    }

    [Theory]
    [InlineData("8.51.23", "https://x.test/notes")]
    [InlineData("8.34.0", null)]
    public async Task Link_and_comment_are_passed_on_by_newer_plugins(string plugin, string? link)
    {
        _server.Answer = _ => Results.Json(new { version = "1.1.0", url = "https://x.test/1.zip", checksum = new string('0', 64), link = "https://x.test/notes", comment = "c" });

        var answer = await Device(plugin).GetLatestAsync(null, Cancellation);

        Assert.Equal(link, Assert.IsType<Offer>(answer).Link);
    }

    [Fact]
    public async Task Sizes_are_asked_for_the_files_that_the_device_lacks()
    {
        var page = "<script src=app.js></script>"u8.ToArray();
        var device = Device(options: new DeviceOptions { AppFiles = new Dictionary<string, byte[]> { ["index.html"] = page } }, query: "?key=secret");
        var offer = Assert.IsType<Offer>(await device.GetLatestAsync(null, Cancellation));
        var script = offer.Manifest.Single(file => file.Name == "app.js");
        _server.SizeAnswer = () => Results.Json(new
        {
            totalSize = 23,
            knownFiles = 1,
            unknownFiles = 0,
            files = new[] { new { file_name = "app.js", file_hash = script.Hash, download_url = script.Url, size = 23 } },
        });

        var size = await device.GetBundleSizeAsync(offer, Cancellation);

        Assert.Equal((23, 1, 0), (size.TotalSize, size.KnownFiles, size.UnknownFiles));
        var question = Assert.Single(_server.SizeQuestions);
        Assert.Equal("1.1.0", (string?)question["version"]);
        Assert.Equal("app.js", (string?)Assert.Single(question["manifest"]!.AsArray())!["file_name"]);
    }

    [Fact]
    public async Task Server_without_sizes_leaves_all_unknown()
    {
        var device = Device();
        var offer = Assert.IsType<Offer>(await device.GetLatestAsync(null, Cancellation));

        var size = await device.GetBundleSizeAsync(offer, Cancellation);

        Assert.Equal((0, 0, 2), (size.TotalSize, size.KnownFiles, size.UnknownFiles));
    }

    [Theory]
    [InlineData("""{"totalSize":24,"knownFiles":1,"unknownFiles":1,"files":[{"file_name":"a","file_hash":"h","size":23},{"file_name":"b","file_hash":"i","error":"size_unknown"}]}""", false)]
    [InlineData("""{"totalSize":23,"knownFiles":2,"unknownFiles":0,"files":[{"file_name":"a","file_hash":"h","size":23},{"file_name":"b","file_hash":"i","error":"size_unknown"}]}""", false)]
    [InlineData("""{"totalSize":23,"knownFiles":1,"unknownFiles":0,"files":[{"file_name":"a","file_hash":"h","size":23}]}""", false)]
    [InlineData("""{"totalSize":-1,"knownFiles":1,"unknownFiles":1,"files":[{"file_name":"a","file_hash":"h","size":-1},{"file_name":"b","file_hash":"i","error":"size_unknown"}]}""", false)]
    [InlineData("""{"totalSize":"23","knownFiles":1,"unknownFiles":1,"files":[]}""", false)]
    [InlineData("""{"totalSize":23,"knownFiles":1,"unknownFiles":1,"files":[{"file_name":"a","file_hash":"h","size":23},{"file_name":"b","file_hash":"i"}]}""", false)]
    [InlineData("""{"totalSize":23,"knownFiles":1,"unknownFiles":1,"files":[{"file_name":"a","file_hash":"h","size":23},{"file_name":"b","file_hash":"i","error":"size_unknown"}]}""", true)]
    public void Sizes_have_to_add_up(string body, bool fits)
    {
        var url = new Uri("https://x.test/f");
        var asked = new[] { new ManifestFile("a", "h", url), new ManifestFile("b", "i", url) };
        var answer = new HttpAnswer(200, "application/json", System.Text.Encoding.UTF8.GetBytes(body));

        var refusal = Record.Exception(() => BundleSizeReader.Read(answer, asked));

        Assert.Equal(fits, refusal is not HarmfulAnswerException);
    }

    [Fact]
    public async Task Older_plugin_cannot_ask_for_sizes()
    {
        var device = Device("8.46.0");
        var offer = Assert.IsType<Offer>(await device.GetLatestAsync(null, Cancellation));

        await Assert.ThrowsAsync<InvalidOperationException>(() => device.GetBundleSizeAsync(offer, Cancellation));
    }

    private PluginDevice Device(string plugin = "8.51.23", DeviceOptions? options = null, string query = "")
    {
        var profile = DeviceProfile.For(_server.Address, "com.example.app");
        return new PluginDevice(profile with { PluginVersion = Version.Parse(plugin), UpdateUrl = new Uri(profile.UpdateUrl + query) }, _http, options);
    }
}
