using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>Offers that list their files.</summary>
[Collection(nameof(Conformance))]
public sealed class DeltaPairs(ConformanceServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pair_04_manifest()
    {
        var app = await New("pair04").PublishAsync("1.4.1");

        var answer = await app.CheckAsync(app.Android("""{"plugin_version":"8.51.23"}"""));

        answer.Require(ConformanceApp.Offer("1.4.1"));
        foreach (var (path, content) in WebBundle.Small("1.4.1").Files)
        {
            var file = Assert.Single(Files(answer), file => Text(file, "file_name") == path || Text(file, "file_name") == $"{path}.br");
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), Text(file, "file_hash"));
            Assert.Equal(content, await FetchAsync(file));
        }

        Assert.Equal(WebBundle.Small("1.4.1").Files.Count, Files(answer).Count);
    }

    [Fact]
    public async Task Pair_34_failed_file_leaves_the_zip()
    {
        var app = await New("pair34zip").PublishAsync("1.4.1");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));

        await app.ReportAsync(app.Android("""{"action":"download_manifest_file_fail","version_name":"1.4.1:assets/app.js.br"}"""));
        await Eventually.True(
            async () => (await server.Storage.TallyAsync(app.Id, "1.4.1")).Failed == 1, "The failed file should have been counted.");

        (await app.CheckAsync(app.Android())).Require(ConformanceApp.ZipOffer("1.4.1"));
        (await app.CheckAsync(app.Android("""{"device_id":"11111111-ac7a-4c9a-be4c-224b6bf81b20"}"""))).Require(ConformanceApp.Offer("1.4.1"));
        await app.PublishAsync("1.4.2");
        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.2"));
    }

    [Fact]
    public async Task Pair_44_manifest_size()
    {
        var app = await New("pair44").PublishAsync("1.4.1");
        var files = Files(await app.CheckAsync(app.Android()));
        var known = files[0]!.DeepClone();
        var unknown = JsonNode.Parse("""{"file_name":"gone.js","file_hash":"00","download_url":"https://example.com/gone.js"}""")!;

        var answer = await SizeAsync(app, "1.4.1", known, unknown);

        using var head = await server.Deployment.Http.GetAsync(new Uri(Text(known, "download_url")), Cancellation);
        var size = head.Content.Headers.ContentLength!.Value;
        var (sized, missing) = (known.DeepClone(), unknown.DeepClone());
        (sized["size"], missing["error"]) = (size, "size_unknown");
        answer.Require($$"""{"totalSize":{{size}},"knownFiles":1,"unknownFiles":1,"files":[{{sized.ToJsonString()}},{{missing.ToJsonString()}}]}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("9.9.9")]
    [InlineData("not a version")]
    public async Task Pair_44_version_that_is_not_known(string version)
    {
        var app = await New($"pair44v{version.Length}").PublishAsync("1.4.1");
        var files = Files(await app.CheckAsync(app.Android()));

        var answer = await SizeAsync(app, version, files[0]!.DeepClone());

        // Without a version, the one that the device's channel points at is meant.
        Assert.Equal(version.Length == 0 ? 1 : 0, answer.Body["knownFiles"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("""{"manifest":[null]}""")]
    [InlineData("""{"manifest":"all"}""")]
    [InlineData("{}")]
    public async Task Pair_44_malformed(string fields)
    {
        var app = New("pair44bad");

        var answer = await server.SendAsync(HttpMethod.Post, "api/updates/manifest_size", app.Android(fields));

        answer.Require(HttpStatusCode.BadRequest, """{"error":"invalid_json_body","message":"<text>","kind":"failed"}""");
    }

    [Fact]
    public async Task Pair_45_compressed_file_in_parts()
    {
        var app = await New("pair45br").PublishAsync("1.4.1");
        var file = Files(await app.CheckAsync(app.Android())).First(file => Text(file!, "file_name").EndsWith(".br", StringComparison.Ordinal))!;
        var url = new Uri(Text(file, "download_url"));

        using var whole = await server.Deployment.Http.GetAsync(url, Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(20, null) } };
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br");
        using var rest = await server.Deployment.Http.SendAsync(request, Cancellation);

        var bytes = await whole.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal($"bytes 20-{bytes.Length - 1}/{bytes.Length}", rest.Content.Headers.ContentRange?.ToString());
        Assert.Equal(bytes[20..], await rest.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Empty(whole.Content.Headers.ContentEncoding);
        Assert.Empty(rest.Content.Headers.ContentEncoding);
    }

    private static JsonArray Files(WireAnswer answer) => answer.Body["manifest"]!.AsArray();

    private static string Text(JsonNode? file, string property) => file![property]!.GetValue<string>();

    private Task<WireAnswer> SizeAsync(ConformanceApp app, string version, params JsonNode[] files)
    {
        var body = app.Android();
        body["version"] = version;
        body["manifest"] = new JsonArray(files);
        return server.SendAsync(HttpMethod.Post, "api/updates/manifest_size", body);
    }

    private async Task<byte[]> FetchAsync(JsonNode? file)
    {
        var bytes = await server.Deployment.Http.GetByteArrayAsync(new Uri(Text(file, "download_url")), Cancellation);
        if (!Text(file, "file_name").EndsWith(".br", StringComparison.Ordinal))
        {
            return bytes;
        }

        using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var content = new MemoryStream();
        await brotli.CopyToAsync(content, Cancellation);
        return content.ToArray();
    }

    private ConformanceApp New(string name) => new(server, name);
}
