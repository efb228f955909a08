using System.Security.Cryptography;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>Devices whose app carries a public key, and what they are given to verify.</summary>
[Collection(nameof(Conformance))]
public sealed class KeyPairs(ConformanceServer server)
{
    private const string Signed = """{"version":"1.4.1","url":"<url>","session_key":"<session_key>","checksum":"<512 hex>","manifest":"<files>"}""";

    private const string Mismatch = """{"error":"key_id_mismatch","message":"<text>","kind":"blocked","version":"1.4.1","old":"1.4.0"}""";

    private const string Unverified = """{"error":"release_unverified","message":"<text>","kind":"blocked","version":"1.4.1","old":"1.4.0"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pair_08_encrypted()
    {
        var app = await New("pair08").PublishAsync("1.4.1");
        var key = await ReadKeyAsync(app);

        (await app.CheckAsync(app.Android(WithKey(key.Id)))).Require(Signed);
    }

    [Fact]
    public async Task Pair_09_key_mismatch()
    {
        var app = await New("pair09").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Android(WithKey("MIIBCgKCAQEAxxxxxxxx")))).Require(Mismatch);
    }

    /// <summary>Every release has a plain form too, which is what a device without a key can verify.</summary>
    [Fact]
    public async Task Pair_10_device_without_key()
    {
        var app = await New("pair10").PublishAsync("1.4.1");

        (await app.CheckAsync(app.Android())).Require(ConformanceApp.Offer("1.4.1"));
    }

    /// <summary>Here every release is signed, so one without signatures is one whose row was changed.</summary>
    [Fact]
    public async Task Pair_11_unencrypted_bundle()
    {
        var app = await New("pair11").PublishAsync("1.4.1");
        await app.ChangeReleaseAsync("1.4.1", release => release with { SignedForms = [] });
        var key = await ReadKeyAsync(app);

        (await app.CheckAsync(app.Android(WithKey(key.Id)))).Require(Unverified);
    }

    /// <summary>The older encoding signs the 48 bytes that the hex digest gives when it is read as base64.</summary>
    [Fact]
    public async Task Pair_12_older_encoding()
    {
        var app = await New("pair12").PublishAsync("1.4.1");
        var key = await ReadKeyAsync(app);

        var answer = await app.CheckAsync(app.Android($$"""{"key_id":"{{key.Id}}","plugin_version":"7.27.8"}"""));

        answer.Require("""{"version":"1.4.1","url":"<url>","session_key":"<session_key>","checksum":"<344 base64>"}""");
        var payload = key.Open(Convert.FromBase64String(answer.Text("checksum")));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(ConformanceApp.Zip("1.4.1"))), Convert.ToBase64String(payload));
    }

    [Fact]
    public async Task Pair_47_crypto()
    {
        var app = await New("pair47").PublishAsync("1.4.1");
        var key = await ReadKeyAsync(app);
        var answer = await app.CheckAsync(app.Android(WithKey(key.Id)));
        answer.Require(Signed);
        var encrypted = await server.Deployment.Http.GetByteArrayAsync(new Uri(answer.Text("url")), Cancellation);

        var session = answer.Text("session_key").Split(':');
        using var aes = Aes.Create();
        aes.Key = key.Open(Convert.FromBase64String(session[1]));
        var zip = aes.DecryptCbc(encrypted, iv: Convert.FromBase64String(session[0]));

        Assert.Equal(16, aes.Key.Length);
        Assert.Equal(ConformanceApp.Zip("1.4.1"), zip);
        Assert.Equal(SHA256.HashData(zip), key.Open(Convert.FromHexString(answer.Text("checksum"))));
    }

    private static string WithKey(string id) => $$"""{"key_id":"{{id}}"}""";

    private async Task<AppKey> ReadKeyAsync(ConformanceApp app) => AppKey.FromPem(await server.Deployment.ReadPublicKeyAsync(app.Id));

    private ConformanceApp New(string name) => new(server, name);
}
