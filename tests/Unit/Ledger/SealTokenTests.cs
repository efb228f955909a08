using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Serverless.Ledger;
using Serverless.Ledger.Seals;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Tests.Support;
using Serverless.Tests.Unit.Signing;

namespace Serverless.Tests.Unit.Ledger;

public sealed class SealTokenTests : IDisposable
{
    private static readonly MerkleFrontier Tree = MerkleFrontier.Empty.Append("a"u8).Append("b"u8).Append("c"u8);

    private static readonly LedgerSeal Seal = new()
    {
        App = "com.example.app",
        Count = 3,
        Head = new string('a', 64),
        Root = Tree.Root,
        Frontier = Tree.Peaks,
        At = new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero),
    };

    private readonly LocalSigningKey _key = new(SigningPublicKeyTests.Import(SignatureVectors.PrivateKey));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seal_is_a_jws_that_any_library_verifies()
    {
        var parts = Encoding.ASCII.GetString(await SealToken.SignAsync(Seal, _key, Cancellation)).Split('.');

        using var rsa = RSA.Create();
        rsa.ImportFromPem(_key.PublicKey.Pem);
        Assert.True(rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal($$"""{"alg":"RS256","typ":"ledger-seal","kid":"{{_key.PublicKey.KeyId}}"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
    }

    [Fact]
    public async Task Seal_is_read_as_it_was_written()
    {
        var token = SealToken.Parse(await SealToken.SignAsync(Seal, _key, Cancellation));

        Assert.NotNull(token);
        Assert.True(token.IsSignedBy(_key.PublicKey));
        Assert.Equal((Seal.App, 3, Seal.Head, Seal.Root, Seal.At), (token.Seal.App, token.Seal.Count, token.Seal.Head, token.Seal.Root, token.Seal.At));
        Assert.Equal(Tree.Root, token.Seal.Restore()?.Root);
    }

    [Fact]
    public async Task Seal_by_another_key_is_not_taken()
    {
        using var rsa = RSA.Create(2048);

        var token = SealToken.Parse(await SealToken.SignAsync(Seal, _key, Cancellation));

        Assert.False(token!.IsSignedBy(SigningPublicKey.From(rsa)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30.e30.")]
    public void What_is_no_seal_is_not_read(string text) => Assert.Null(SealToken.Parse(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("\"alg\":\"RS256\"", "\"alg\":\"none\"", 0)]
    [InlineData("\"alg\":\"RS256\"", "\"alg\": \"RS256\"", 0)]
    [InlineData("\"typ\":\"ledger-seal", "\"crit\":[],\"typ\":\"ledger-seal", 0)]
    [InlineData("MIIBCgKCAQEAz5rcxFkf", "\",\"alg\":\"none\",\"x\":\"", 0)]
    [InlineData("MIIBCgKCAQEAz5rcxFkf", "MIIBCgKCAQEAz5rcxF\u00E9", 0)]
    [InlineData("MIIBCgKCAQEAz5rcxFkf", "MIIBCgKCAQEAz5rcxFk\b", 0)]
    [InlineData("\"count\":3", "\"count\":3,\"count\":3", 1)]
    [InlineData("\"count\":3", "\"count\":3,\"more\":1", 1)]
    [InlineData("\"count\":3", "\"count\":3.0", 1)]
    [InlineData("\"count\":3,", "", 1)]
    public async Task Seal_written_in_another_way_is_not_read(string written, string other, int part)
    {
        var parts = Encoding.ASCII.GetString(await SealToken.SignAsync(Seal, _key, Cancellation)).Split('.');
        var json = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[part]));
        Assert.Contains(written, json, StringComparison.Ordinal);

        parts[part] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.Replace(written, other, StringComparison.Ordinal)));

        Assert.Null(SealToken.Parse(Encoding.ASCII.GetBytes(string.Join('.', parts))));
    }

    [Fact]
    public void Frontier_that_does_not_give_the_root_is_not_restored() => Assert.Null((Seal with { Root = Tree.Append("d"u8).Root }).Restore());

    public void Dispose() => _key.Dispose();
}
