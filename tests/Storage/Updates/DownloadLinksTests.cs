using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Updates;

public sealed class DownloadLinksTests(AzuriteFixture azurite, KeyFolder keys) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.0.0-beta.1+build.7")]
    public async Task Address_downloads_the_whole_zip(string version)
    {
        await using var pipeline = await StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        var blob = await PublishAsync(pipeline, version);

        var bytes = await _http.GetByteArrayAsync(await ToAsync(pipeline, blob), Cancellation);

        Assert.Equal(WebBundle.Small(version).Zip(), bytes);
    }

    [Fact]
    public async Task Interrupted_download_goes_on_where_it_stopped()
    {
        await using var pipeline = await StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        var blob = await PublishAsync(pipeline, "1.0.0");
        using var request = new HttpRequestMessage(HttpMethod.Get, await ToAsync(pipeline, blob));
        request.Headers.Range = new RangeHeaderValue(100, null);

        using var answer = await _http.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(WebBundle.Small("1.0.0").Zip()[100..], await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(("immutable", TimeSpan.FromDays(365)), (answer.Headers.CacheControl?.Extensions.Single().Name, answer.Headers.CacheControl?.MaxAge));
        Assert.Empty(answer.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData(-1, HttpStatusCode.OK)]
    [InlineData(-2, HttpStatusCode.Forbidden)]
    [InlineData(+2, HttpStatusCode.Forbidden)]
    public async Task Address_is_good_for_its_window_and_the_next(int windows, HttpStatusCode expected)
    {
        await using var pipeline = await StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow + (windows * Window)));
        var blob = await PublishAsync(pipeline, "1.0.0");

        using var answer = await _http.GetAsync(await ToAsync(pipeline, blob), Cancellation);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("restype=container&comp=list")]
    [InlineData("restype=container")]
    public async Task Address_lists_nothing(string operation)
    {
        await using var pipeline = await StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        var address = await ToAsync(pipeline, "x");
        var container = new UriBuilder(address) { Path = "/devstoreaccount1/bundles", Query = $"{operation}&{address.Query[1..]}" };

        using var answer = await _http.GetAsync(container.Uri, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Address_lets_nobody_write_or_read_elsewhere()
    {
        await using var pipeline = await StartAsync(new FakeTimeProvider(DateTimeOffset.UtcNow));
        var address = await ToAsync(pipeline, await PublishAsync(pipeline, "1.0.0"));
        await pipeline.DropAsync($"{_app}/production/1.1.0.zip", WebBundle.Small("1.1.0").Zip());
        var elsewhere = new UriBuilder(address) { Path = $"/devstoreaccount1/uploads/{_app}/production/1.1.0.zip" };

        using var deleted = await _http.DeleteAsync(address, Cancellation);
        using var read = await _http.GetAsync(elsewhere.Uri, Cancellation);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (deleted.StatusCode, read.StatusCode));
    }

    [Fact]
    public async Task Signature_is_the_same_within_a_window_and_another_in_the_next()
    {
        var start = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var time = new FakeTimeProvider(start);
        await using var pipeline = await StartAsync(time);

        var first = await ToAsync(pipeline, "a.zip");
        time.Advance(Window - TimeSpan.FromSeconds(1));
        var last = await ToAsync(pipeline, "b.zip");
        time.Advance(TimeSpan.FromSeconds(1));
        var next = await ToAsync(pipeline, "a.zip");

        Assert.Equal(first.Query, last.Query);
        Assert.NotEqual(first.Query, next.Query);
    }

    [Fact]
    public async Task Signing_addresses_asks_storage_nothing()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var pipeline = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        proxy.Forget();

        await ToAsync(pipeline, "a.zip");

        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData("https://cdn.example.com")]
    [InlineData("https://cdn.example.com/")]
    public async Task Base_address_stands_in_front_of_container_and_signature(string front)
    {
        await using var pipeline = await StartAsync(
            new FakeTimeProvider(DateTimeOffset.UtcNow), settings => settings["Downloads:BaseUrl"] = front);

        var address = await ToAsync(pipeline, "com.example.app/1.0.0+7/abc.zip");

        Assert.StartsWith("https://cdn.example.com/bundles/com.example.app/1.0.0%2B7/abc.zip?", address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("sig=", address.Query, StringComparison.Ordinal);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Uri> ToAsync(PipelineInstance pipeline, string blob) =>
        new((await pipeline.Get<DownloadLinks>().ToBundlesAsync(Cancellation)).To(blob));

    private Task<PipelineInstance> StartAsync(FakeTimeProvider time, Action<Microsoft.Extensions.Configuration.IConfiguration>? configure = null) =>
        PipelineInstance.StartAsync(azurite.ConnectionString, keys, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(time);
            configure?.Invoke(builder.Configuration);
        });

    private async Task<string> PublishAsync(PipelineInstance pipeline, string version) =>
        BundleBlobs.Zip(_app, Serverless.Releases.BundleVersion.Parse(version), (await pipeline.PublishAsync(_app, version)).Zip.Sha256);
}
