using Microsoft.Extensions.Hosting;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Hsm;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Intake with a key that is in an HSM.</summary>
public sealed class HsmIntakeTests(AzuriteFixture azurite, KeyFolder keys, SoftHsm hsm)
{
    private readonly AppId _app = PipelineInstance.NewApp();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [HsmFact]
    public async Task Device_decrypts_and_verifies_a_release_that_the_hsm_signed()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa("releases");
        await using var pipeline = await StartAsync(token);
        var zip = WebBundle.Small("1.0.0").Zip();

        var result = await pipeline.IntakeAsync($"{_app}/production/1.0.0.zip", zip);

        var release = Assert.IsType<IntakeResult.Published>(result).Release;
        var form = Assert.Single(release.SignedForms);
        var key = Assert.Single(await pipeline.Get<ICustodian>().GetKeysAsync(Cancellation));
        Assert.Equal(zip, await OpenAsDeviceAsync(pipeline, release, form, key.PublicKey.Pem));
    }

    [HsmFact]
    public async Task Token_that_is_gone_leaves_the_upload_for_later()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa("releases");
        await using var pipeline = await StartAsync(token);
        await pipeline.Get<ICustodian>().GetKeysAsync(Cancellation);
        var upload = $"{_app}/production/1.0.0.zip";
        await pipeline.DropAsync(upload, WebBundle.Small("1.0.0").Zip());

        token.Unplug();

        await Assert.ThrowsAsync<CustodianException>(() => pipeline.IntakeAsync(upload));
        Assert.True(await pipeline.ExistsAsync(Containers.Uploads, upload));
        Assert.False((await pipeline.Get<ReleaseCatalog>().ReadAppAsync(_app, Cancellation)).Exists);
    }

    private async Task<byte[]> OpenAsDeviceAsync(PipelineInstance pipeline, Release release, SignedForm form, string publicKey)
    {
        var profile = new DeviceProfile { AppId = _app.ToString(), UpdateUrl = new Uri("http://127.0.0.1/"), PublicKey = publicKey };
        var offer = new Offer(release.Version.ToString(), profile.UpdateUrl, form.Checksum, form.SessionKey, []);
        using var download = new MemoryStream(await pipeline.ReadAsync(Containers.Bundles, BundleBlobs.EncryptedZip(_app, release.Version, form.CiphertextSha256)));
        await using var opened = await new BundleVerifier(profile, new PluginGeneration(profile.PluginVersion)).OpenAsync(download, offer, Cancellation);
        using var zip = new MemoryStream();
        await opened.CopyToAsync(zip, Cancellation);
        return zip.ToArray();
    }

    private Task<PipelineInstance> StartAsync(SoftHsmToken token) => PipelineInstance.StartAsync(azurite.ConnectionString, keys, builder => Use(builder, token));

    private static void Use(IHostApplicationBuilder builder, SoftHsmToken token)
    {
        foreach (var (name, value) in token.Settings("releases"))
        {
            builder.Configuration[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }
    }
}
