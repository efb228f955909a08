using System.Security.Cryptography;
using Serverless.Commands;
using Serverless.Hosts.Standalone;

namespace Serverless.Tests.Unit.Transport.Pins;

/// <summary>The file of a backup key, in every form in which people have it.</summary>
public sealed class BackupKeyTests : IDisposable
{
    // Made with OpenSSL, and the pin with: openssl pkey -in key.pem -pubout -outform der | openssl dgst -sha256 -binary | openssl base64
    private const string Pin = "KSU8y/eBGKkcj5JfgedRkMrSTsxdYEtD/SkJJw/ai5A=";

    private const string PublicKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDHKqwDZd5k8bckFcRzvZvE4+6PQc
        oPJKV7g9uENntAFAGY83Rj9MSALT7PyQTxMha2/nuTtTwySPYrHqqVdw9w==
        -----END PUBLIC KEY-----
        """;

    private const string Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBkjCCATmgAwIBAgIUPkVqL0JVfu4nR6isrsXEK1TuPLMwCgYIKoZIzj0EAwIw
        HjEcMBoGA1UEAwwTdXBkYXRlcy5leGFtcGxlLmNvbTAgFw0yNjExMjgwMDMwMjRa
        GA8yMTI2MTEwNDAwMzAyNFowHjEcMBoGA1UEAwwTdXBkYXRlcy5leGFtcGxlLmNv
        bTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAxyqsA2XeZPG3JBXEc72bxOPuj0
        HKDySle4PbhDZ7QBQBmPN0Y/TEgC0+z8kE8TIWtv57k7U8Mkj2Kx6qlXcPejUzBR
        MB0GA1UdDgQWBBQN0M42TQjYQ5V39IgJSsBMs5vBhDAfBgNVHSMEGDAWgBQN0M42
        TQjYQ5V39IgJSsBMs5vBhDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cA
        MEQCIEYsSgy5paR6Ak+p6nMQoAmCCbnXfkeU+ohtr5QW36j7AiAWNdTcs+I4Amx5
        +O3x95x+SJxiGLmnD3L3Eb+V1tgAzQ==
        -----END CERTIFICATE-----
        """;

    private const string Request = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIHZMIGAAgEAMB4xHDAaBgNVBAMME3VwZGF0ZXMuZXhhbXBsZS5jb20wWTATBgcq
        hkjOPQIBBggqhkjOPQMBBwNCAAQMcqrANl3mTxtyQVxHO9m8Tj7o9Byg8kpXuD24
        Q2e0AUAZjzdGP0xIAtPs/JBPEyFrb+e5O1PDJI9iseqpV3D3oAAwCgYIKoZIzj0E
        AwIDSAAwRQIhAIQfts6kL0b+Y3Aj8C1b+jGfCR4qPCEwYwVN8XjRaCjsAiAtRcx4
        WnGzHcZsvQKzPYMlpvF65A8SXxVwjT0xSUlbsg==
        -----END CERTIFICATE REQUEST-----
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-pins-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "backup.pem");

    [Theory]
    [InlineData(PublicKey)]
    [InlineData(Certificate)]
    [InlineData(Request)]
    [InlineData("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + PublicKey)]
    public async Task Pin_is_that_of_openssl(string pem) => Assert.Equal((Pin, false), await ReadAsync(pem));

    [Fact]
    public async Task Private_key_is_named_by_its_public_half()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);

        Assert.Equal(PinOf(ec.ExportSubjectPublicKeyInfo()), (await ReadAsync(ec.ExportPkcs8PrivateKeyPem())).Pin);
        Assert.Equal(PinOf(ec.ExportSubjectPublicKeyInfo()), (await ReadAsync(ec.ExportECPrivateKeyPem())).Pin);
        Assert.Equal(PinOf(rsa.ExportSubjectPublicKeyInfo()), (await ReadAsync(rsa.ExportPkcs8PrivateKeyPem())).Pin);
        Assert.Equal(PinOf(rsa.ExportSubjectPublicKeyInfo()), (await ReadAsync(rsa.ExportRSAPrivateKeyPem())).Pin);
    }

    [Fact]
    public async Task Missing_key_is_made_for_its_owners_eyes_alone_and_found_again()
    {
        var made = await BackupKey.ReadOrCreateAsync(Path, Cancellation);
        var found = await BackupKey.ReadOrCreateAsync(Path, Cancellation);

        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path, Cancellation));
        Assert.Equal((PinOf(key.ExportSubjectPublicKeyInfo()), true), (made.Pin, made.IsNew));
        Assert.Equal((made.Pin, false), (found.Pin, found.IsNew));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----")]
    public async Task File_without_a_key_is_refused_and_its_content_kept_to_itself(string text)
    {
        var fault = await Assert.ThrowsAsync<StartupException>(() => ReadAsync(text));

        Assert.Contains(Path, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string PinOf(byte[] subjectPublicKeyInfo) => Convert.ToBase64String(SHA256.HashData(subjectPublicKeyInfo));

    private async Task<(string Pin, bool IsNew)> ReadAsync(string text)
    {
        await File.WriteAllTextAsync(Path, text, Cancellation);
        var key = await BackupKey.ReadOrCreateAsync(Path, Cancellation);
        return (key.Pin, key.IsNew);
    }
}
