using System.Globalization;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>Signed with the emulator's well-known key; no request is made.</summary>
public sealed class DownloadLinksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon.AddMinutes(10));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Address_may_read_the_container_and_nothing_else()
    {
        using var links = Links(new DownloadOptions());

        var address = await ToAsync(links, "com.example.app/1.0.0/abc.zip");

        var query = QueryHelpers.ParseQuery(address.Query);
        Assert.Equal("/devstoreaccount1/bundles/com.example.app/1.0.0/abc.zip", address.AbsolutePath);
        Assert.Equal(("r", "c"), (query["sp"].ToString(), query["sr"].ToString()));
        Assert.Equal(Noon.AddMinutes(-5), DateTimeOffset.Parse(query["st"]!, CultureInfo.InvariantCulture));
        Assert.Equal(Noon.AddHours(2), DateTimeOffset.Parse(query["se"]!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task All_answers_of_a_window_carry_one_signature()
    {
        using var links = Links(new DownloadOptions());
        var first = await ToAsync(links, "a");

        _time.SetUtcNow(Noon.AddMinutes(59));
        var last = await ToAsync(links, "b");
        _time.SetUtcNow(Noon.AddMinutes(60));
        var next = await ToAsync(links, "a");

        Assert.Equal(first.Query, last.Query);
        Assert.NotEqual(first.Query, next.Query);
    }

    [Fact]
    public async Task Version_with_build_metadata_is_escaped()
    {
        using var links = Links(new DownloadOptions());

        var address = await ToAsync(links, "com.example.app/1.0.0+7/abc.zip");

        Assert.EndsWith("/bundles/com.example.app/1.0.0%2B7/abc.zip", address.AbsolutePath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://cdn.example.com")]
    [InlineData("https://cdn.example.com/")]
    public async Task Front_takes_the_place_of_the_account(string front)
    {
        using var links = Links(new DownloadOptions { BaseUrl = front });

        var address = await ToAsync(links, "com.example.app/1.0.0/abc.zip");

        Assert.StartsWith("https://cdn.example.com/bundles/com.example.app/1.0.0/abc.zip?sv=", address.AbsoluteUri, StringComparison.Ordinal);
    }

    private static async Task<Uri> ToAsync(DownloadLinks links, string blob) => new((await links.ToBundlesAsync(Cancellation)).To(blob));

    private DownloadLinks Links(DownloadOptions options) =>
        new(new BlobServiceClient("UseDevelopmentStorage=true"), _time, Options.Create(options));
}
