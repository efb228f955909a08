using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

public sealed class AnswerResultTests
{
    private static readonly UpdateAnswer Refusal = new() { Error = "no_channel", Message = "No channel", Kind = "blocked", Version = "1.4.0" };

    private static readonly UpdateAnswer Offer = new()
    {
        Version = "1.4.1",
        Url = "https://example.com/1.zip",
        SessionKey = "",
        Checksum = new string('a', 64),
        Manifest = [.. Enumerable.Range(0, 1000).Select(i => new ManifestEntry($"assets/{i}.js.br", $"{i:x64}", $"https://example.com/files/{i:x64}.br?sig=same"))],
    };

    [Theory]
    [InlineData("gzip")]
    [InlineData("gzip, deflate, br")]
    [InlineData("br;q=1.0, gzip;q=0.5")]
    public async Task List_of_files_is_sent_compressed_to_those_who_read_it(string accepted)
    {
        var (response, body) = await SendAsync(Offer, accepted);

        Assert.Equal(("gzip", "Accept-Encoding", body.Length), (response.Headers.ContentEncoding.ToString(), response.Headers.Vary.ToString(), (int)response.ContentLength!));
        Assert.True(body.Length < 40_000, $"{body.Length} bytes");
        using var json = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        RequireOffer(await JsonSerializer.DeserializeAsync(json, WireJson.Default.UpdateAnswer, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("identity")]
    [InlineData("gzip;q=0")]
    [InlineData("br")]
    public async Task List_of_files_is_sent_plain_to_the_others(string accepted)
    {
        var (response, body) = await SendAsync(Offer, accepted);

        Assert.Equal(0, response.Headers.ContentEncoding.Count);
        RequireOffer(JsonSerializer.Deserialize(body, WireJson.Default.UpdateAnswer));
    }

    [Fact]
    public async Task Refusal_is_sent_as_it_is()
    {
        var (response, body) = await SendAsync(Refusal, "gzip");

        Assert.Equal(0, response.Headers.ContentEncoding.Count);
        Assert.Equal("application/json; charset=utf-8", response.ContentType);
        Assert.Equal("""{"error":"no_channel","message":"No channel","kind":"blocked","version":"1.4.0"}"""u8, body);
    }

    private static void RequireOffer(UpdateAnswer? answer)
    {
        Assert.Equal(Offer.Manifest, answer!.Manifest);
        Assert.Equal((Offer.Version, Offer.Url), (answer.Version, answer.Url));
    }

    private static async Task<(HttpResponse Response, byte[] Body)> SendAsync(UpdateAnswer answer, string accepted)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Request.Headers.AcceptEncoding = accepted;

        await new AnswerResult(AnswerBody.Of(answer)).ExecuteAsync(context);

        return (context.Response, body.ToArray());
    }
}
