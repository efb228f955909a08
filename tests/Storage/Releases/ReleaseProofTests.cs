using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Releases;

/// <summary>The signed document beside each release, by which instances prove it before they offer it.</summary>
public sealed class ReleaseProofTests(AzuriteFixture azurite, KeyFolder keys) : TwoReleasesTest(azurite, keys)
{
    [Fact]
    public async Task Document_lies_beside_the_bundle_and_says_what_the_row_says()
    {
        var release = await FindAsync(Version);
        var form = Assert.Single(release.SignedForms);

        var jws = await Pipeline.ReadAsync(Containers.Bundles, $"{App}/{Version}/{form.Document}.jws");

        using var key = RSA.Create(Keys.ReadPublicKey());
        var parts = System.Text.Encoding.ASCII.GetString(jws).Split('.');
        var signed = System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Assert.True(key.VerifyData(signed, System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        using var document = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal(
            (App.Value, Version, 2, release.Zip.Sha256.Hex, form.Checksum),
            (Text("app"), Text("version"), document.RootElement.GetProperty("sequence").GetInt64(),
                document.RootElement.GetProperty("zip").GetProperty("sha256").GetString(), document.RootElement.GetProperty("form").GetProperty("checksum").GetString()));

        string? Text(string member) => document.RootElement.GetProperty(member).GetString();
    }

    [Fact]
    public async Task Document_that_cannot_be_read_is_an_outage_and_no_mismatch()
    {
        await using var proxy = await StorageProxy.StartAsync(ConnectionString, Cancellation);
        await using var instance = await StartAnotherAsync(proxy.ConnectionString);
        using (proxy.Fail(request => request is { Method: "GET", Container: "bundles" }, 503, times: int.MaxValue))
        {
            Assert.Equal("temporarily_unavailable", (await instance.CheckAsync(Device())).Error);
        }

        await Eventually.True(async () => (await instance.CheckAsync(Device())).Url is not null, "The release should be offered once storage answers.");
        Assert.Null(await FindIncidentAsync());
    }

    [Fact]
    public async Task Documents_are_read_once_however_often_the_app_changes()
    {
        await using var proxy = await StorageProxy.StartAsync(ConnectionString, Cancellation);
        await using var instance = await StartAnotherAsync(proxy.ConnectionString);
        var snapshots = instance.Get<AppSnapshots>();
        await snapshots.GetAsync(App);
        Assert.Single(proxy.Requests, request => request is { Method: "GET", Container: "bundles" });
        await Catalog.ChangeAsync(App, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [new("test.act", "tester", "app", "because")] }), Cancellation);
        proxy.Forget();

        snapshots.Invalidate(App);
        await snapshots.GetAsync(App);

        Assert.DoesNotContain(proxy.Requests, request => request.Container == "bundles");
    }

    [Fact]
    public async Task Release_under_another_number_is_signed_again()
    {
        var app = PipelineInstance.NewApp();
        string[] versions = ["1.0.0", "2.0.0", "3.0.0"];
        string[] names = [.. versions.Select(version => $"{app}/c{version}/{version}.zip")];
        await Task.WhenAll(names.Select(name => Pipeline.DropAsync(name, Bundle(name))));

        await Task.WhenAll(names.Select(Pipeline.IntakeAsync));

        var proof = Pipeline.Get<ReleaseProof>();
        foreach (var version in versions.Select(BundleVersion.Parse))
        {
            Assert.Null(await proof.FindRowDefectAsync(app, version, (await Catalog.FindReleaseAsync(app, version, Cancellation))!, Cancellation));
        }
    }
}
