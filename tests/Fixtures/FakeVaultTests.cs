using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Encodings;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Serverless.Tests.Support.Vault;

namespace Serverless.Tests.Fixtures;

/// <summary>The fake vault, asked by hand: what the tests of the Key Vault custodian stand on where the SDK cannot be had.</summary>
public sealed class FakeVaultTests : IAsyncLifetime
{
    private static readonly byte[] Digest = SHA256.HashData("release"u8);

    private FakeVault _vault = null!;
    private HttpClient _http = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _vault = await FakeVault.StartAsync(Cancellation);
        _http = new HttpClient(_vault.NewHandler()) { BaseAddress = _vault.Address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FakeVault.Token);
    }

    [Fact]
    public async Task Request_without_the_token_is_told_where_to_get_one()
    {
        _vault.Add(VaultKey.NewRsa("updates"));
        _http.DefaultRequestHeaders.Authorization = null;

        using var answer = await _http.GetAsync("keys/updates?api-version=7.6", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Matches("""\Aauthorization="https://[^/"]+/[^"]+", resource="https://localhost"\z""", challenge.Parameter);
        Assert.EndsWith($".{new Uri(FakeVault.Resource).Host}", _vault.Address.Host, StringComparison.Ordinal);
        Assert.Equal(1, _vault.Challenges);
    }

    [Fact]
    public async Task Versions_are_listed_and_the_newest_is_shown()
    {
        var old = _vault.Add(VaultKey.NewRsa("updates"));
        var current = _vault.Add(VaultKey.NewRsa("updates"));
        var disabled = _vault.Add(VaultKey.NewRsa("other", isEnabled: false));

        var versions = (await GetAsync("keys/updates/versions"))["value"]!.AsArray();
        var shown = (await GetAsync("keys/updates"))["key"]!;

        Assert.Equal([Id(old), Id(current)], versions.Select(version => (string)version!["kid"]!));
        Assert.True((long)versions[0]!["attributes"]!["created"]! < (long)versions[1]!["attributes"]!["created"]!);
        Assert.Equal((Id(current), "RSA-HSM"), ((string)shown["kid"]!, (string)shown["kty"]!));
        Assert.False((bool)(await GetAsync("keys/other/versions"))["value"]![0]!["attributes"]!["enabled"]!);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync($"keys/other/{disabled.Version}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("keys/nowhere"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("keys/nowhere/versions"));
    }

    [Fact]
    public async Task Raw_signature_opens_to_the_very_bytes()
    {
        var key = _vault.Add(VaultKey.NewRsa("updates"));

        var signature = await SignAsync(key, "RSNULL", Digest);

        Assert.Equal(256, signature.Length);
        var opening = new Pkcs1Encoding(new RsaEngine());
        opening.Init(forEncryption: false, new RsaKeyParameters(isPrivate: false, Number(key, "n"), Number(key, "e")));
        Assert.Equal(Digest, opening.ProcessBlock(signature, 0, signature.Length));
    }

    [Fact]
    public async Task Rs256_signature_verifies()
    {
        var key = _vault.Add(VaultKey.NewRsa("updates"));

        var signature = await SignAsync(key, "RS256", Digest);

        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        Assert.True(rsa.VerifyHash(Digest, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Theory]
    [InlineData("RSNULL", 246)]
    [InlineData("RS256", 31)]
    [InlineData("PS256", 32)]
    public async Task What_a_vault_does_not_sign_is_refused(string algorithm, int length)
    {
        var key = _vault.Add(VaultKey.NewRsa("updates"));

        using var answer = await PostAsync(key, algorithm, new byte[length]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Curve_key_is_shown_and_signs_nothing_here()
    {
        var key = _vault.Add(VaultKey.NewEc("updates"));

        using var answer = await PostAsync(key, "RS256", Digest);

        Assert.Equal("EC-HSM", (string)(await GetAsync("keys/updates"))["key"]!["kty"]!);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Throttled_request_is_told_when_to_come_back_and_the_next_one_answered()
    {
        var key = _vault.Add(VaultKey.NewRsa("updates"));
        _vault.Fail(429, retryAfter: TimeSpan.FromSeconds(2));

        using var throttled = await PostAsync(key, "RSNULL", Digest);

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(2)), (throttled.StatusCode, throttled.Headers.RetryAfter?.Delta));
        Assert.NotEmpty(await SignAsync(key, "RSNULL", Digest));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _vault.DisposeAsync();
    }

    private static byte[] Bytes(VaultKey key, string member) => Base64Url.DecodeFromChars((string)key.Material[member]!);

    private static BigInteger Number(VaultKey key, string member) => new(1, Bytes(key, member));

    private string Id(VaultKey key) => $"{_vault.Address}keys/{key.Name}/{key.Version}";

    private async Task<JsonNode> GetAsync(string path) => (await _http.GetFromJsonAsync<JsonNode>($"{path}?api-version=7.6", Cancellation))!;

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await _http.GetAsync($"{path}?api-version=7.6", Cancellation);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> PostAsync(VaultKey key, string algorithm, byte[] value) => _http.PostAsJsonAsync(
        $"{key.Path}/sign?api-version=7.6", new JsonObject { ["alg"] = algorithm, ["value"] = Base64Url.EncodeToString(value) }, Cancellation);

    private async Task<byte[]> SignAsync(VaultKey key, string algorithm, byte[] value)
    {
        using var answer = await PostAsync(key, algorithm, value);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation);
        Assert.Equal(Id(key), (string)body!["kid"]!);
        return Base64Url.DecodeFromChars((string)body["value"]!);
    }
}
