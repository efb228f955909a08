using System.Text;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Tests.Unit.Releases;

namespace Serverless.Tests.Unit.Deltas;

public sealed class FileListTests
{
    private static readonly ListedFile Plain = new() { Path = "assets/app.js", Sha256 = TestReleases.Digest("app"), IsCompressed = true, TransferSize = 7 };

    private static readonly ListedFile Encrypted = Plain with { Signature = new string('a', 512), CiphertextSha256 = TestReleases.Digest("cipher") };

    [Theory]
    [InlineData("assets/app.js", false, "assets/app.js")]
    [InlineData("assets/app.js", true, "assets/app.js.br")]
    [InlineData("assets/app.js.br", true, "assets/app.js.br.br")]
    public void Compression_is_told_by_the_name(string path, bool isCompressed, string expected) =>
        Assert.Equal(expected, (Plain with { Path = path, IsCompressed = isCompressed }).WireName);

    [Fact]
    public void Plain_file_is_held_against_its_digest_and_shared_by_all_releases()
    {
        var digest = TestReleases.Digest("app").Hex;

        Assert.Equal((digest, $"{digest}.br"), (Plain.WireHash, Plain.BlobOf(Words.App("com.example.app"), Words.Version("1.0.0"))));
        Assert.Equal(digest, (Plain with { IsCompressed = false }).BlobOf(Words.App("com.example.app"), Words.Version("1.0.0")));
    }

    [Fact]
    public void Encrypted_file_is_held_against_its_signature_and_belongs_to_its_release() => Assert.Equal(
        (new string('a', 512), $"com.example.app/1.0.0/{TestReleases.Digest("cipher").Hex}.enc"),
        (Encrypted.WireHash, Encrypted.BlobOf(Words.App("com.example.app"), Words.Version("1.0.0"))));

    [Fact]
    public void List_without_an_index_is_not_installable()
    {
        Assert.False(new FileList([Plain]).IsInstallable);
        Assert.True(new FileList([Plain, Plain with { Path = "index.html" }]).IsInstallable);
    }

    [Fact]
    public void List_is_read_back_as_it_was_written()
    {
        var json = new FileList([Plain, Encrypted]).ToJson();

        var read = FileList.Parse(json, Sha256Digest.Of(json));

        Assert.Equal([Plain, Encrypted], read!.Files);
    }

    [Fact]
    public void Changed_list_is_not_read()
    {
        var json = new FileList([Plain]).ToJson();
        var expected = Sha256Digest.Of(json);

        Assert.Null(FileList.Parse(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("app.js", "evil.js", StringComparison.Ordinal)), expected));
    }
}
