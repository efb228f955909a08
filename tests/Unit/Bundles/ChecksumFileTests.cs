using System.Text;
using System.Text.Json;
using CsCheck;
using Serverless.Bundles;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Bundles;

/// <summary>Digests by <c>sha256sum</c>; the content digest over the lines written with <c>printf</c>.</summary>
public sealed class ChecksumFileTests
{
    private const string Page = "b633a587c652d02386c4f16f8c6f6aab7352d97f16367c3c40576214372dd628";
    private const string Script = "c58e9029f1fd3d1b109cbcf9ea78fa301c222b9a0783e8a6d49929769d71fc29";
    private const string Content = "815733d3c044b084339364381983749ecf06953474ce06a2ef7918a3800983b8";

    private static readonly BundleFile[] Files = [File("B.js", Script), File("assets/a.js", Script), File("index.html", Page)];

    [Fact]
    public void Content_digest_covers_paths_and_digests_in_ordinal_order()
    {
        Assert.Equal(Content, ChecksumFile.ContentDigest(Files).Hex);
        Assert.Equal(Content, ChecksumFile.ContentDigest(Files.Reverse()).Hex);
    }

    [Theory]
    [InlineData($$$"""{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}","B.js":"{{{Script}}}"}""")]
    [InlineData($$$"""{"files":{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}","B.js":"{{{Script}}}"}}""")]
    [InlineData($$$"""{"content":"{{{Content}}}","files":{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}","B.js":"{{{Script}}}"},"package":{"size":1}}""")]
    public void Complete_list_in_either_form_is_accepted(string json)
    {
        Assert.Null(Check(json, Files));
        Assert.Null(Check(json, [.. Files, File(ChecksumFile.Name, Page)]));
    }

    [Fact]
    public void Digests_may_be_upper_case() => Assert.Null(Check(
        $$$"""{"content":"{{{Content.ToUpperInvariant()}}}","files":{"index.html":"{{{Page.ToUpperInvariant()}}}","assets/a.js":"{{{Script}}}","B.js":"{{{Script}}}"}}""", Files));

    [Fact]
    public void Bare_list_may_name_files_called_files_and_content() => Assert.Null(Check(
        $$$"""{"files":"{{{Page}}}","content":"{{{Script}}}"}""", [File("content", Script), File("files", Page)]));

    [Theory]
    [InlineData($$$"""{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}"}""", "B.js")]
    [InlineData($$$"""{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}","B.js":"{{{Page}}}"}""", "B.js")]
    [InlineData($$$"""{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}","b.js":"{{{Script}}}"}""", "b.js")]
    [InlineData($$$"""{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}","B.js":"{{{Script}}}","c.js":"{{{Script}}}"}""", "c.js")]
    [InlineData($$$"""{"index.html":"short"}""", "index.html")]
    [InlineData("""{"index.html":null}""", "index.html")]
    [InlineData($$$"""{"content":"{{{Page}}}","files":{"index.html":"{{{Page}}}","assets/a.js":"{{{Script}}}","B.js":"{{{Script}}}"}}""", "checksum.json")]
    [InlineData($$$"""{"index.html":"{{{Page}}}","index.html":"{{{Page}}}"}""", "checksum.json")]
    [InlineData("""{"index.html":7}""", "checksum.json")]
    [InlineData("[]", "checksum.json")]
    [InlineData("7", "checksum.json")]
    [InlineData("", "checksum.json")]
    [InlineData("{", "checksum.json")]
    public void Incomplete_or_wrong_list_is_refused(string json, string entry)
    {
        var rejection = Check(json, Files);

        Assert.Equal((RejectionCode.ChecksumMismatch, entry), (rejection?.Code, rejection?.Entry));
    }

    [Fact]
    public void Any_text_gets_an_answer() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["{}[]\":,0a\\u"], 0, 30]).Sample(
        text => Check(text, Files) is not null, iter: 5_000);

    [Fact]
    public void Published_form_is_one_that_is_accepted()
    {
        var json = ChecksumFile.Write([.. Files], new BundleDigests(Digest(Page), "00c0ffee", 1234));

        using var document = JsonDocument.Parse(json);
        var package = document.RootElement.GetProperty("package");
        Assert.Equal((Page, "00c0ffee", 1234), (package.GetProperty("sha256").GetString(), package.GetProperty("crc32").GetString(), package.GetProperty("size").GetInt32()));
        Assert.Equal(Content, document.RootElement.GetProperty("content").GetString());
        Assert.Null(ChecksumFile.Check(json, Files));
    }

    private static Rejection? Check(string json, BundleFile[] files) => ChecksumFile.Check(Encoding.UTF8.GetBytes(json), files);

    private static BundleFile File(string path, string digest) => new(path, Digest(digest), 1);

    private static Sha256Digest Digest(string hex) => Sha256Digest.FromBytes(Convert.FromHexString(hex));
}
