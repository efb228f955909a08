using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class BundleVerifierTests
{
    [Theory]
    [InlineData("8.51.23", CryptoVectors.SignedDigest)]
    [InlineData("8.51.23", CryptoVectors.SignedDigestBase64)]
    [InlineData("8.41.12", CryptoVectors.SignedDigest)]
    [InlineData("7.27.8", CryptoVectors.SignedText)]
    public async Task Encrypted_bundle_opens_with_the_checksum_of_its_generation(string plugin, string checksum)
    {
        var zip = await OpenAsync(plugin, CryptoVectors.PublicKey, CryptoVectors.Cipher, checksum, CryptoVectors.SessionKey);

        Assert.Equal(CryptoVectors.Zip, zip);
    }

    [Theory]
    [InlineData("8.51.23", CryptoVectors.Sha256)]
    [InlineData("7.27.8", CryptoVectors.Sha256)]
    [InlineData("10.0.0", CryptoVectors.Crc32)]
    public async Task Plain_bundle_opens_without_a_key(string plugin, string checksum)
    {
        var zip = await OpenAsync(plugin, publicKey: null, CryptoVectors.Zip, checksum, sessionKey: "");

        Assert.Equal(CryptoVectors.Zip, zip);
    }

    [Theory]
    [InlineData("8.51.23", CryptoVectors.SignedText)]
    [InlineData("7.27.8", CryptoVectors.SignedDigestBase64)]
    public async Task Checksum_of_another_generation_fails(string plugin, string checksum)
    {
        var failure = await Assert.ThrowsAsync<BundleFailedException>(
            () => OpenAsync(plugin, CryptoVectors.PublicKey, CryptoVectors.Cipher, checksum, CryptoVectors.SessionKey));

        Assert.Equal("checksum_fail", failure.Action);
    }

    [Fact]
    public async Task Upper_case_checksum_fails()
    {
        var failure = await Assert.ThrowsAsync<BundleFailedException>(
            () => OpenAsync("8.51.23", publicKey: null, CryptoVectors.Zip, CryptoVectors.Sha256.ToUpperInvariant(), sessionKey: ""));

        Assert.Equal("checksum_fail", failure.Action);
    }

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0O:AAAA")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw==:AAAA")]
    [InlineData("!:!")]
    public async Task Session_key_of_wrong_lengths_does_not_decrypt(string sessionKey)
    {
        var failure = await Assert.ThrowsAsync<BundleFailedException>(
            () => OpenAsync("8.51.23", CryptoVectors.PublicKey, CryptoVectors.Cipher, CryptoVectors.SignedDigest, sessionKey));

        Assert.Equal("decrypt_fail", failure.Action);
    }

    [Fact]
    public async Task Plain_zip_under_a_session_key_does_not_decrypt()
    {
        var failure = await Assert.ThrowsAsync<BundleFailedException>(
            () => OpenAsync("8.51.23", CryptoVectors.PublicKey, CryptoVectors.Zip, CryptoVectors.SignedDigest, CryptoVectors.SessionKey));

        Assert.Equal("decrypt_fail", failure.Action);
    }

    [Fact]
    public async Task Old_keyed_plugin_without_a_session_key_trusts_a_bare_digest_on_Android_alone()
    {
        var zip = await OpenAsync("8.41.12", CryptoVectors.PublicKey, CryptoVectors.Zip, CryptoVectors.Sha256, sessionKey: "");
        var ios = await OpenAsync("8.41.12", CryptoVectors.PublicKey, CryptoVectors.Zip, CryptoVectors.SignedDigest, "", DevicePlatform.Ios);

        Assert.Equal(CryptoVectors.Zip, zip);
        Assert.Equal(CryptoVectors.Zip, ios);
    }

    private static async Task<string> OpenAsync(
        string plugin, string? publicKey, string download, string checksum, string sessionKey, DevicePlatform platform = DevicePlatform.Android)
    {
        var version = Version.Parse(plugin);
        var profile = DeviceProfile.For(new Uri("http://127.0.0.1"), "com.example.app") with
        {
            PluginVersion = version,
            PublicKey = publicKey,
            Platform = platform,
        };
        var offer = new Offer("1.0.0", new Uri("http://127.0.0.1/zip"), checksum, sessionKey, []);
        using var bytes = new MemoryStream(Convert.FromBase64String(download));

        await using var zip = await new BundleVerifier(profile, new PluginGeneration(version)).OpenAsync(bytes, offer, CancellationToken.None);

        using var plain = new MemoryStream();
        await zip.CopyToAsync(plain);
        return Convert.ToBase64String(plain.ToArray());
    }
}
