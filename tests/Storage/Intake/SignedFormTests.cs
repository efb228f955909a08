using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Storage.Intake;

/// <summary>What devices with a key get, opened with nothing but the public key.</summary>
public sealed class SignedFormTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync() => _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

    [Fact]
    public async Task Encrypted_form_opens_with_the_public_key_to_the_plain_zip()
    {
        var zip = WebBundle.Small("1.0.0").Zip();

        await _pipeline.IntakeAsync(Name("1.0.0"), zip);

        var form = Assert.Single((await FindAsync("1.0.0")).SignedForms);
        var ciphertext = await _pipeline.ReadAsync(Containers.Bundles, $"{_app}/1.0.0/{form.CiphertextSha256}.zip.enc");
        var key = keys.ReadPublicKey();
        var parts = form.SessionKey.Split(':');
        using var aes = Aes.Create();
        aes.Key = RawSignature.Open(key, Convert.FromBase64String(parts[1]));
        Assert.Equal((16, 2), (aes.Key.Length, parts.Length));
        Assert.Equal(zip, aes.DecryptCbc(ciphertext, Convert.FromBase64String(parts[0]), PaddingMode.PKCS7));
        Assert.Equal((form.CiphertextSha256.Hex, form.CiphertextSize), (Digest(ciphertext), ciphertext.Length));
    }

    [Fact]
    public async Task Checksums_of_both_generations_open_with_the_public_key_to_the_digest()
    {
        var zip = WebBundle.Small("1.0.0").Zip();

        await _pipeline.IntakeAsync(Name("1.0.0"), zip);

        var form = Assert.Single((await FindAsync("1.0.0")).SignedForms);
        var key = keys.ReadPublicKey();
        Assert.Equal(512, form.Checksum.Length);
        Assert.Equal(SHA256.HashData(zip), RawSignature.Open(key, Convert.FromHexString(form.Checksum)));
        Assert.Equal(Digest(zip), Convert.ToBase64String(RawSignature.Open(key, Convert.FromBase64String(form.LegacyChecksum))));
        Assert.Equal(RawSignature.KeyId(key), form.KeyId);
    }

    [Fact]
    public async Task Custodian_whose_signature_does_not_open_publishes_nothing()
    {
        await using var pipeline = await PipelineInstance.StartAsync(
            azurite.ConnectionString, keys, builder => builder.Services.AddSingleton<ICustodian>(new BrokenCustodianStub()));
        await pipeline.DropAsync(Name("1.0.0"), WebBundle.Small("1.0.0").Zip());

        await Assert.ThrowsAsync<CustodianException>(() => pipeline.IntakeAsync(Name("1.0.0")));

        Assert.False((await Catalog.ReadAppAsync(_app, Cancellation)).Exists);
        Assert.True(await _pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
        Assert.IsType<IntakeResult.Published>(await _pipeline.IntakeAsync(Name("1.0.0")));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string Name(string version) => $"{_app}/production/{version}.zip";

    private async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    /// <summary>Answers with a signature of the right length that its public key does not open.</summary>
    private sealed class BrokenCustodianStub : ICustodian, ISigningKey
    {
        public SigningPublicKey PublicKey { get; } = NewPublicKey();

        public ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation) => new([this]);

        public Task<byte[]> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation) =>
            Task.FromResult(Encoding.ASCII.GetBytes(new string('s', 256)));

        private static SigningPublicKey NewPublicKey()
        {
            using var rsa = RSA.Create(2048);
            return SigningPublicKey.From(rsa);
        }
    }
}
