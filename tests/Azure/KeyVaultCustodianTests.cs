using System.Security.Cryptography;
using Azure.Core.Pipeline;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Signing.KeyVault;
using Serverless.Tests.Support.Vault;

namespace Serverless.Tests.Azure;

/// <summary>The custodian and the SDK below it, against a vault on this machine.</summary>
public sealed class KeyVaultCustodianTests : IAsyncLifetime
{
    private const string Name = "updates";

    private static readonly byte[] Payload = SHA256.HashData("release"u8);

    private readonly FakeCredential _credential = new();
    private FakeVault _vault = null!;
    private HttpClientTransport _transport = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _vault = await FakeVault.StartAsync(Cancellation);
        _transport = new HttpClientTransport(_vault.NewHandler());
    }

    [Fact]
    public async Task Signatures_of_the_vault_open_as_on_a_device_and_verify_as_rs256()
    {
        _vault.Add(VaultKey.NewRsa(Name));

        var key = Assert.Single(await NewCustodian().GetKeysAsync(Cancellation));
        var raw = await key.SignAsync(Payload, Cancellation);
        var digest = await key.SignDigestAsync(Sha256Digest.FromBytes(Payload), Cancellation);

        Assert.True(key.PublicKey.Verifies(raw, Payload));
        Assert.True(key.PublicKey.VerifiesDigest(digest, Sha256Digest.FromBytes(Payload)));
        Assert.True((await KeyProbe.RunAsync(key, Cancellation)).IsSound);
    }

    [Fact]
    public async Task Token_is_asked_for_what_the_challenge_says()
    {
        _vault.Add(VaultKey.NewRsa(Name));

        await NewCustodian().GetKeysAsync(Cancellation);

        Assert.True(_vault.Challenges > 0);
        Assert.All(_credential.Scopes, scope => Assert.Equal($"{FakeVault.Resource}/.default", scope));
    }

    [Fact]
    public async Task Newest_version_that_is_enabled_signs_unless_one_is_pinned()
    {
        var old = _vault.Add(VaultKey.NewRsa(Name));
        var current = _vault.Add(VaultKey.NewRsa(Name));
        _vault.Add(VaultKey.NewRsa(Name, isEnabled: false));

        var newest = Assert.Single(await NewCustodian().GetKeysAsync(Cancellation));
        var pinned = Assert.Single(await NewCustodian(version: old.Version).GetKeysAsync(Cancellation));

        Assert.Equal(KeyIdOf(current), newest.PublicKey.KeyId);
        Assert.Equal(KeyIdOf(old), pinned.PublicKey.KeyId);
    }

    [Fact]
    public async Task Several_keys_sign_in_the_order_of_their_names()
    {
        var second = _vault.Add(VaultKey.NewRsa("second"));
        var first = _vault.Add(VaultKey.NewRsa("first"));

        var keys = await NewCustodian("first,second").GetKeysAsync(Cancellation);

        Assert.Equal([KeyIdOf(first), KeyIdOf(second)], keys.Select(key => key.PublicKey.KeyId));
    }

    [Fact]
    public async Task Throttling_is_waited_out()
    {
        var key = await OpenAsync();
        _vault.Fail(429, times: 2, retryAfter: TimeSpan.FromSeconds(1));

        Assert.True(key.PublicKey.Verifies(await key.SignAsync(Payload, Cancellation), Payload));
    }

    [Theory]
    [InlineData(403, "refuses access to the key updates (Signing:KeyVault:KeyName)")]
    [InlineData(404, "has no key updates (Signing:KeyVault:KeyName)")]
    [InlineData(429, "is asked too often; lower Signing:SignaturesPerSecond")]
    [InlineData(500, "(Signing:KeyVault:VaultUri) failed with status 500")]
    public async Task Refusal_is_a_sentence_that_names_the_setting(int status, string sentence)
    {
        var key = await OpenAsync();
        _vault.Fail(status, times: 100, retryAfter: TimeSpan.FromSeconds(1));

        var fault = await Assert.ThrowsAsync<CustodianException>(() => key.SignAsync(Payload, Cancellation));

        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_key_is_a_sentence_that_names_the_setting() => Assert.Equal(
        $"The vault {_vault.Address} has no key nowhere (Signing:KeyVault:KeyName), or not the version of Signing:KeyVault:KeyVersion.",
        await FaultAsync(NewCustodian("nowhere")));

    [Fact]
    public async Task Key_of_the_wrong_type_is_of_no_use()
    {
        _vault.Add(VaultKey.NewEc(Name));

        Assert.Equal("The key updates (Signing:KeyVault:KeyName) is no RSA key; the plugin accepts RSA-2048 only.", await FaultAsync(NewCustodian()));
    }

    [Fact]
    public async Task Key_of_the_wrong_size_is_of_no_use()
    {
        _vault.Add(VaultKey.NewRsa(Name, bits: 3072));

        Assert.Equal(
            "The key updates (Signing:KeyVault:KeyName) is of no use: The signing key has 3072 bits; the plugin accepts RSA-2048 only.", await FaultAsync(NewCustodian()));
    }

    [Fact]
    public async Task Disabled_key_is_of_no_use()
    {
        var disabled = _vault.Add(VaultKey.NewRsa(Name, isEnabled: false));

        Assert.Equal("The key updates (Signing:KeyVault:KeyName) has no version that is enabled and valid now.", await FaultAsync(NewCustodian()));
        Assert.Contains("and the key must be enabled", await FaultAsync(NewCustodian(version: disabled.Version)), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _transport.Dispose();
        await _vault.DisposeAsync();
    }

    private static string KeyIdOf(VaultKey key)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = System.Buffers.Text.Base64Url.DecodeFromChars((string)key.Material["n"]!),
            Exponent = System.Buffers.Text.Base64Url.DecodeFromChars((string)key.Material["e"]!),
        });
        return Convert.ToBase64String(rsa.ExportRSAPublicKey())[..20];
    }

    private static async Task<string> FaultAsync(KeyVaultCustodian custodian) =>
        (await Assert.ThrowsAsync<CustodianException>(async () => await custodian.GetKeysAsync(Cancellation))).Message;

    private async Task<ISigningKey> OpenAsync()
    {
        _vault.Add(VaultKey.NewRsa(Name));
        var key = Assert.Single(await NewCustodian().GetKeysAsync(Cancellation));

        // The SDK looks the key up before its first signature.
        await key.SignAsync(Payload, Cancellation);
        return key;
    }

    private KeyVaultCustodian NewCustodian(string name = Name, string? version = null) => new(
        new KeyVaultOptions { VaultUri = _vault.Address, KeyName = name, KeyVersion = version }, _credential, TimeProvider.System, _transport);
}
