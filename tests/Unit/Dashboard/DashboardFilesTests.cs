using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Serverless.Dashboard;

namespace Serverless.Tests.Unit.Dashboard;

public sealed partial class DashboardFilesTests
{
    private static readonly DashboardFiles Files = new();

    public static TheoryData<string> Names => [.. Files.All.Keys];

    [Fact]
    public void Whole_dashboard_weighs_less_than_200_KB() => Assert.InRange(Files.All.Where(file => !file.Key.EndsWith(".txt", StringComparison.Ordinal)).Sum(file => file.Value.Size), 1, 200_000);

    /// <summary>What a registry once sent, to the byte: https://www.npmjs.com/package/uplot, version 1.6.32.</summary>
    [Theory]
    [InlineData("vendor/uplot-1.6.32.js", "19C8D4C6AD88929A79F4AE49D6F7161566DFD0BA3D15CC495E974F787EB78F1F")]
    [InlineData("vendor/uplot-1.6.32.css", "DF630C6A8D6F8EEAFF264B50F73CE5B114F646FFD9A0BB74F049B0A00135FA04")]
    [InlineData("vendor/uplot-1.6.32.LICENSE.txt", "8F989229699B4FE2F1A0432D0E9EDC338A8A911E250E2D1B01ECD770A5F5B1BD")]
    public async Task Chart_library_is_the_published_one(string name, string digest) => Assert.Equal(digest, Convert.ToHexString(SHA256.HashData((await ReadAsync(name)).Body)));

    [Fact]
    public async Task Page_holds_no_script_and_no_style_of_its_own_and_loads_nothing_from_elsewhere()
    {
        var page = Encoding.UTF8.GetString((await ReadAsync("index.html")).Body);

        Assert.DoesNotMatch(@"(?i)<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page);
        Assert.All(Address().Matches(page).Select(match => match.Groups["address"].Value), address => Assert.Matches("^(/dashboard/|#)", address));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Script_imports_only_what_there_is(string name)
    {
        var text = Encoding.UTF8.GetString((await ReadAsync(name)).Body);
        var imports = name.StartsWith("vendor/", StringComparison.Ordinal) ? [] : Import().Matches(text).Select(match => match.Groups["path"].Value);

        Assert.All(imports, import => Assert.Contains(new Uri(new Uri($"http://localhost/{name}"), import).AbsolutePath[1..], Files.All.Keys));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task File_comes_compressed_to_whom_takes_it(string encoding)
    {
        var plain = await ReadAsync("app.css");
        var compressed = await ReadAsync("app.css", ("Accept-Encoding", encoding));

        using Stream stream = encoding == "br" ? new BrotliStream(new MemoryStream(compressed.Body), CompressionMode.Decompress) : new GZipStream(new MemoryStream(compressed.Body), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        await stream.CopyToAsync(whole, TestContext.Current.CancellationToken);
        Assert.Equal(encoding, compressed.Headers.ContentEncoding);
        Assert.Equal(plain.Body, whole.ToArray());
        Assert.Equal(0, plain.Headers.ContentEncoding.Count);
        Assert.InRange(compressed.Body.Length, 1, plain.Body.Length / 2);
    }

    [Fact]
    public async Task File_that_the_browser_has_is_not_sent_again()
    {
        var first = await ReadAsync("app.js");
        var again = await ReadAsync("app.js", ("If-None-Match", first.Headers.ETag.ToString()));
        var other = await ReadAsync("app.js", ("If-None-Match", "W/\"0\""));

        Assert.Equal((200, 304, 200), (first.Status, again.Status, other.Status));
        Assert.Empty(again.Body);
        Assert.Equal("no-cache", first.Headers.CacheControl);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_but_files_of_this_server_may_run_in_it(string name) => Assert.Equal(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        (await ReadAsync(name)).Headers.ContentSecurityPolicy);

    private static async Task<(int Status, IHeaderDictionary Headers, byte[] Body)> ReadAsync(string name, params (string Name, string Value)[] headers)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        foreach (var (header, value) in headers)
        {
            context.Request.Headers[header] = value;
        }

        await Files.All[name].ExecuteAsync(context);
        return (context.Response.StatusCode, context.Response.Headers, body.ToArray());
    }

    [GeneratedRegex("(?:href|src)=\"(?<address>[^\"]*)\"")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?:^import .* from |import\()'(?<path>[^']+)'", RegexOptions.Multiline)]
    private static partial Regex Import();
}
