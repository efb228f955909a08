using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Serverless.Device;

namespace Serverless.Tests.Unit.Device;

/// <summary>Updates by a list of files that fail, and what is left to a device then.</summary>
public sealed class ManifestFailureTests() : ManifestTest(Signer)
{
    private static readonly BundleSigner Signer = new();

    [Theory]
    [InlineData(DevicePlatform.Android)]
    [InlineData(DevicePlatform.Ios)]
    public async Task Wrong_key_fails_before_any_download(DevicePlatform platform)
    {
        using var other = new BundleSigner();
        Server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        var device = Device(platform, change: profile => profile with { PublicKey = other.PublicKey });

        var outcome = await device.ForegroundAsync(Cancellation);

        Assert.Equal("download_manifest_checksum_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Empty(Server.Downloads);
    }

    [Theory]
    [InlineData(DevicePlatform.Android, "download_manifest_file_fail 1.1.0:app.js,download_manifest_file_fail 1.1.0:app.js,download_fail ")]
    [InlineData(DevicePlatform.Ios, "download_manifest_file_fail 1.1.0:app.js,download_fail 1.0.0")]
    public async Task Missing_file_fails_the_update_and_the_zip_is_not_tried(DevicePlatform platform, string expected)
    {
        Server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        Server.DownloadAnswer = request => request.Path.Value!.EndsWith("app.js", StringComparison.Ordinal) ? Results.NotFound() : null;

        var outcome = await Device(platform).ForegroundAsync(Cancellation);

        Assert.Equal("download_manifest_file_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Equal(expected.Split(','), Reported().Where(line => line.Contains("fail", StringComparison.Ordinal)));
        Assert.DoesNotContain(Server.Downloads, path => path.StartsWith("/bundles/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DevicePlatform.Android, true)]
    [InlineData(DevicePlatform.Ios, false)]
    public async Task Failed_delta_update_is_forgotten_by_Android_alone(DevicePlatform platform, bool installs)
    {
        Server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        Server.DownloadAnswer = _ => Results.NotFound();
        var device = Device(platform);
        await device.ForegroundAsync(Cancellation);
        Server.DownloadAnswer = _ => null;

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
        Server.Answer = _ => OfferOf(("index.html", "/files/x"), (first, "/files/a"), (second, "/files/b"));

        var outcome = await Device(plugin: plugin).ForegroundAsync(Cancellation);

        Assert.Equal("manifest_path_fail", Assert.IsType<UpdateFailed>(outcome).Action);
        Assert.Empty(Server.Downloads);
        Assert.Equal(expected, Reported().SingleOrDefault(line => line.StartsWith("manifest_path_fail", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("not brotli at all", "download_manifest_brotli_fail")]
    [InlineData("\u0011large window", "download_manifest_brotli_fail")]
    public async Task File_that_does_not_decompress_fails(string content, string action)
    {
        Server.Answer = _ => OfferOf(("app.js.br", "/files/1/plain/app.js.br"));
        Server.DownloadAnswer = _ => Results.Bytes(System.Text.Encoding.ASCII.GetBytes(content));

        var outcome = await Device().ForegroundAsync(Cancellation);

        Assert.Equal(action, Assert.IsType<UpdateFailed>(outcome).Action);
    }

    [Fact]
    public async Task File_of_another_content_fails()
    {
        Server.Answer = _ => OfferOf(("app.js", "/files/1/plain/app.js"));
        Server.DownloadAnswer = _ => Results.Text("something else");

        var outcome = await Device().ForegroundAsync(Cancellation);

        Assert.Equal("download_manifest_checksum_fail", Assert.IsType<UpdateFailed>(outcome).Action);
    }

    [Fact]
    public async Task File_under_another_session_key_does_not_decrypt()
    {
        Server.Publish("1.1.0", TestBundle.Good("1.1.0"), delta: true);
        Server.DownloadAnswer = _ => Results.Bytes(RandomNumberGenerator.GetBytes(31));
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
        Server.Publish("1.1.0", TestBundle.Large("1.1.0"), delta: true);
        Server.DownloadAnswer = request =>
        {
            request.HttpContext.Response.Headers.ContentEncoding = encoding;
            return null;
        };

        await Assert.ThrowsAsync<HarmfulAnswerException>(() => Device().ForegroundAsync(Cancellation));
    }

    private IResult OfferOf(params (string Name, string Path)[] files) => Results.Json(new
    {
        version = "1.1.0",
        url = new Uri(Server.Address, "/bundles/1.1.0/zip"),
        session_key = "",
        checksum = new string('0', 64),
        manifest = files.Select(file => new { file_name = file.Name, file_hash = new string('0', 64), download_url = new Uri(Server.Address, file.Path) }),
    });
}
