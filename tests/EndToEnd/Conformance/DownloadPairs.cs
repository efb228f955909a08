using System.Net;
using System.Net.Http.Headers;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>The address in an offer, as devices that resume read it.</summary>
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
        Assert.Empty(whole.Content.Headers.ContentEncoding);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal($"bytes 100-{zip.Length - 1}/{zip.Length}", rest.Content.Headers.ContentRange?.ToString());
        Assert.Equal(zip[100..], await rest.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Empty(rest.Content.Headers.ContentEncoding);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, nothing.StatusCode);
    }

    [Fact]
    public async Task Pair_45_missing_blob()
    {
        var url = await OfferAsync("pair45missing");

        using var answer = await GetAsync(new UriBuilder(url) { Path = $"{url.AbsolutePath}.gone" }.Uri);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<Uri> OfferAsync(string name)
    {
        var app = await new ConformanceApp(server, name).PublishAsync("1.4.1");
        return new Uri((await app.CheckAsync(app.Android())).Text("url"));
    }

    private async Task<HttpResponseMessage> GetAsync(Uri url, int? from = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = from is null ? null : new RangeHeaderValue(from, to: null);
        return await server.Deployment.Http.SendAsync(request, Cancellation);
    }
}
