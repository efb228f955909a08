using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Signing;

public sealed class BundleCipherTests
{
    private const string KeyId = "MIIBCgKCAQEAabcdefgh";

    private static readonly Pepper Pepper = new([.. Enumerable.Range(0, 32).Select(value => (byte)value)]);

    private static readonly Sha256Digest Zip = Sha256Digest.FromBytes(Convert.FromHexString(SignatureVectors.Digest));

    /// <summary>By Node: <c>hkdfSync("sha256", pepper, zip, "bundle-cipher\n…", 32)</c>, then <c>aes-128-cbc</c>.</summary>
    [Fact]
    public async Task Key_and_ciphertext_are_those_that_Node_makes()
    {
        var cipher = BundleCipher.For(Words.App("com.example.app"), Words.Version("1.4.2"), Zip, KeyId, Pepper);

        Assert.Equal("3e6498a0982238abf9c7bca0a49d0eab", Convert.ToHexStringLower(cipher.Key));
        Assert.Equal("4f90e1708c7c1ad8c1fc26d07f40d3be", Convert.ToHexStringLower(cipher.InitializationVector));
        Assert.Equal(
            "151922f80f20f50cc6908994b004c246aabaa529cc433a25183ba2647720a4bf",
            Convert.ToHexStringLower(await EncryptAsync(cipher, Encoding.ASCII.GetBytes("The bundle, byte by byte.\n"))));
    }

    [Fact]
    public void Whatever_differs_gives_another_key()
    {
        string[] keys =
        [
            Key("com.example.app", "1.4.2", Zip, KeyId),
            Key("com.example.other", "1.4.2", Zip, KeyId),
            Key("com.example.app", "1.4.3", Zip, KeyId),
            Key("com.example.app", "1.4.2", Sha256Digest.Of([]), KeyId),
            Key("com.example.app", "1.4.2", Zip, "MIIBCgKCAQEAzzzzzzzz"),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public Task Ciphertext_decrypts_to_the_bundle() => Gen.Byte.Array[0, 5_000].SampleAsync(
        async plain =>
        {
            var cipher = BundleCipher.For(Words.App("com.example.app"), Words.Version("1.4.2"), Zip, KeyId, Pepper);
            using var aes = Aes.Create();
            aes.Key = cipher.Key;

            return aes.DecryptCbc(await EncryptAsync(cipher, plain), cipher.InitializationVector).AsSpan().SequenceEqual(plain);
        },
        iter: 200);

    private static string Key(string app, string version, Sha256Digest zip, string keyId) =>
        Convert.ToHexString(BundleCipher.For(Words.App(app), Words.Version(version), zip, keyId, Pepper).Key);

    private static async Task<byte[]> EncryptAsync(BundleCipher cipher, byte[] plain)
    {
        using var source = new MemoryStream(plain);
        using var target = new MemoryStream();
        await cipher.EncryptAsync(source, target, CancellationToken.None);
        return target.ToArray();
    }
}
