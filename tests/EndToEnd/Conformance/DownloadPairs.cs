using System.Net;
using System.Net.Http.Headers;
using Azure.Storage.Sas;
using Serverless.Storage;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>The addresses in offers, as the server hands them out and as devices that resume use them.</summary>
[Collection(nameof(Conformance))]
public sealed class DownloadPairs(ConformanceServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pair_45_blob_range()
    {
        var url = await OfferAsync("pair45");
        var zip = ConformanceApp.Zip("1.4.1");

        using var whole = await GetAsync(url);
        using var rest = await GetAsync(url, from: 100);

        // The emulator refuses from one byte later than Azure: at the very end it still answers 206.
        using var nothing = await GetAsync(url, from: zip.Length + 1);

        Assert.Equal((HttpStatusCode.OK, zip.Length), (whole.StatusCode, whole.Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal($"bytes 100-{zip.Length - 1}/{zip.Length}", rest.Content.Headers.ContentRange?.ToString());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, nothing.StatusCode);
    }

    /// <summary>A name stands for one content for ever, and a coding that clients undo by themselves would be undone twice.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(100)]
    public async Task Pair_45_blob_is_immutable_and_uncoded(int? from)
    {
        using var answer = await GetAsync(await OfferAsync($"pair45headers{from}"), from, acceptEncoding: "gzip, deflate, br");

        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl?.ToString());
        Assert.Empty(answer.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pair_45_download_in_two_parts_gives_the_same_bytes(bool encrypted)
    {
        var url = await OfferAsync(encrypted ? "pair45encrypted" : "pair45plain", encrypted);
        var whole = await server.Deployment.Http.GetByteArrayAsync(url, Cancellation);
        var half = whole.Length / 2;

        using var first = await GetAsync(url, from: 0, to: half - 1);
        using var second = await GetAsync(url, from: half);

        Assert.Equal($"bytes 0-{half - 1}/{whole.Length}", first.Content.Headers.ContentRange?.ToString());
        Assert.Equal($"bytes {half}-{whole.Length - 1}/{whole.Length}", second.Content.Headers.ContentRange?.ToString());
        byte[] joined = [.. await first.Content.ReadAsByteArrayAsync(Cancellation), .. await second.Content.ReadAsByteArrayAsync(Cancellation)];
        Assert.Equal(whole, joined);
    }

    [Fact]
    public async Task Pair_45_missing_blob()
    {
        var url = await OfferAsync("pair45missing");

        using var answer = await GetAsync(new UriBuilder(url) { Path = $"{url.AbsolutePath}.gone" }.Uri);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>A 4xx makes the device ask for a fresh address; Android would retry the same one for ever after a 5xx.</summary>
    [Theory]
    [InlineData("sig=", "sig=A")]
    [InlineData("se=2", "se=3")]
    [InlineData("sp=r", "sp=rwdl")]
    [InlineData("st=2", "st=1")]
    public async Task Address_that_was_tampered_with_is_forbidden(string part, string other)
    {
        var url = await OfferAsync("downloadtampered");
        Assert.Contains(part, url.Query, StringComparison.Ordinal);

        using var answer = await GetAsync(new UriBuilder(url) { Query = url.Query.Replace(part, other, StringComparison.Ordinal) }.Uri);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Address_that_has_expired_is_forbidden()
    {
        var url = await OfferAsync("downloadexpired");
        var expired = server.Container(Containers.Bundles).GenerateSasUri(BlobContainerSasPermissions.Read, DateTimeOffset.UtcNow.AddSeconds(-1));

        using var answer = await GetAsync(new UriBuilder(url) { Query = expired.Query }.Uri);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "restype=container&comp=list")]
    [InlineData("GET", "restype=container")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    public async Task Address_only_reads_what_it_names(string method, string operation)
    {
        var url = await OfferAsync("downloadscope");
        var container = url.AbsolutePath[..(url.AbsolutePath.IndexOf($"/{Containers.Bundles}/", StringComparison.Ordinal) + Containers.Bundles.Length + 1)];
        var target = operation.Length > 0 ? new UriBuilder(url) { Path = container, Query = $"{operation}&{url.Query[1..]}" }.Uri : url;
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        request.Content = method == "PUT" ? new ByteArrayContent([1]) : null;

        using var answer = await server.Deployment.Http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<Uri> OfferAsync(string name, bool encrypted = false)
    {
        var app = await new ConformanceApp(server, name).PublishAsync("1.4.1");
        var key = encrypted ? AppKey.FromPem(await server.Deployment.ReadPublicKeyAsync(app.Id)).Id : "";
        return new Uri((await app.CheckAsync(app.Android($$"""{"key_id":"{{key}}"}"""))).Text("url"));
    }

    private async Task<HttpResponseMessage> GetAsync(Uri url, int? from = null, int? to = null, string? acceptEncoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = from is null ? null : new RangeHeaderValue(from, to);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        return await server.Deployment.Http.SendAsync(request, Cancellation);
    }
}
