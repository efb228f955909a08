using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Rollbacks;
using Serverless.Signing.Local;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Releases;

/// <summary>Somebody who can write to storage and cannot sign changes a release that is offered. Each instance of the pipeline meets it for the first time.</summary>
public sealed class ReleaseProofTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Version = "1.1.0";

    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    public static TheoryData<string> Tamperings =>
    [
        "a byte of the document", "the document is gone", "the document is signed by another key", "the document is another release's",
        "the row names another release's document", "the row names no document", "the row is gone", "the row is another release's", "the row is not JSON",
        "/signedForms", "/notes/minNative", "/sequence", "/createdAt", "/zip/sha256", "/zip/crc32", "/fileList",
        "/signedForms/0/checksum", "/signedForms/0/legacyChecksum", "/signedForms/0/sessionKey", "/signedForms/0/fileList", "/signedForms/0/keyId",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    private TableClient Table => _pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);

    public async ValueTask InitializeAsync()
    {
        _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);
        await PublishAsync("1.0.0");
        await PublishAsync(Version);
    }

    [Fact]
    public async Task Document_lies_beside_the_bundle_and_says_what_the_row_says()
    {
        var release = await FindAsync(Version);
        var form = Assert.Single(release.SignedForms);

        var jws = await _pipeline.ReadAsync(Containers.Bundles, $"{_app}/{Version}/{form.Document}.jws");

        using var key = RSA.Create(keys.ReadPublicKey());
        var parts = System.Text.Encoding.ASCII.GetString(jws).Split('.');
        var signed = System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Assert.True(key.VerifyData(signed, System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        using var document = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal(
            (_app.Value, Version, 2, release.Zip.Sha256.Hex, form.Checksum),
            (Text("app"), Text("version"), document.RootElement.GetProperty("sequence").GetInt64(),
                document.RootElement.GetProperty("zip").GetProperty("sha256").GetString(), document.RootElement.GetProperty("form").GetProperty("checksum").GetString()));

        string? Text(string member) => document.RootElement.GetProperty(member).GetString();
    }

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task Tampered_release_is_offered_to_nobody_and_opens_an_incident(string tampering)
    {
        await TamperAsync(tampering);
        await using var instance = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

        var answer = await instance.CheckAsync(Device());
        var keyed = await instance.CheckAsync(Device() with { KeyId = SigningKeyId });

        Assert.Equal(("release_unverified", UpdateAnswer.KindBlocked, null), (answer.Error, answer.Kind, answer.Url));
        Assert.Equal(("release_unverified", UpdateAnswer.KindBlocked, null), (keyed.Error, keyed.Kind, keyed.Url));
        await Eventually.True(async () => await FindIncidentAsync() is not null, "The incident should have been opened.");
        var incident = await FindIncidentAsync();
        var opened = Assert.Single(await Catalog.VerifyAsync(_app), entry => entry.Kind == LedgerKind.IncidentOpened);
        Assert.Equal((IncidentState.Opened, incident!.Reason, Version), (incident.State, opened.Why, opened.Subject));
        Assert.Contains(Version, incident.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a byte of the document")]
    [InlineData("the document is gone")]
    [InlineData("/notes/minNative")]
    [InlineData("/sequence")]
    [InlineData("the zip")]
    public async Task Tampered_release_is_not_promoted(string tampering)
    {
        await TamperAsync(tampering);

        var result = await _pipeline.IntakeAsync($"{_app}/beta/{Version}.zip", Bundle(Version));

        var rejection = Assert.IsType<IntakeResult.Rejected>(result).Rejection;
        Assert.Equal(RejectionCode.ReleaseUnverified, rejection.Code);
        Assert.StartsWith($"Version {Version} is no longer what was published: ", rejection.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(await Catalog.ListChannelsAsync(_app, Cancellation), channel => channel.Name.Value == "beta");
        Assert.NotNull(await FindIncidentAsync());
    }

    [Theory]
    [InlineData("a byte of the document")]
    [InlineData("the document is another release's")]
    [InlineData("/notes/minNative")]
    [InlineData("the row is another release's")]
    public async Task Tampered_release_is_no_target_of_a_rollback(string tampering)
    {
        await PublishAsync("1.2.0");
        await TamperAsync(tampering);

        await _pipeline.Get<ReleaseWithdrawal>().RunAsync(_app, BundleVersion.Parse("1.2.0"), "It was bad.", Cancellation);

        var production = await Catalog.FindChannelAsync(_app, ChannelName.Production, Cancellation);
        Assert.Equal("1.0.0", production?.Target?.Value);
        Assert.NotNull(await FindIncidentAsync());
    }

    [Fact]
    public async Task Restored_release_is_offered_again()
    {
        var row = await RowAsync(Version);
        await TamperAsync("/notes/minNative");
        await using var instance = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);
        Assert.Equal("release_unverified", (await instance.CheckAsync(Device())).Error);

        await Table.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);

        await Eventually.True(async () => (await instance.CheckAsync(Device())).Version == Version && (await instance.CheckAsync(Device())).Url is not null, "The release should be offered again.");
    }

    [Fact]
    public async Task Unverified_release_that_fails_on_devices_is_withdrawn_all_the_same()
    {
        await TamperAsync("a byte of the document");
        await _pipeline.Get<VerificationIncidents>().OpenAsync(_app, BundleVersion.Parse(Version), "The document is changed.", Cancellation);

        await _pipeline.Get<ReleaseWithdrawal>().RunAsync(_app, BundleVersion.Parse(Version), "It was bad.", Cancellation);

        Assert.Equal("It was bad.", (await FindAsync(Version)).WithdrawnBecause);
        Assert.Equal("1.0.0", (await Catalog.FindChannelAsync(_app, ChannelName.Production, Cancellation))?.Target?.Value);
        Assert.Equal(IncidentState.Moved, (await FindIncidentAsync())!.State);
        Assert.Single(await Catalog.VerifyAsync(_app), entry => entry.Kind == LedgerKind.IncidentOpened);
    }

    [Fact]
    public async Task Document_that_cannot_be_read_is_an_outage_and_no_mismatch()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var instance = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
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
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var instance = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        var snapshots = instance.Get<AppSnapshots>();
        await snapshots.GetAsync(_app);
        Assert.Single(proxy.Requests, request => request is { Method: "GET", Container: "bundles" });
        await Catalog.ChangeAsync(_app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [new("test.act", "tester", "app", "because")] }), Cancellation);
        proxy.Forget();

        snapshots.Invalidate(_app);
        await snapshots.GetAsync(_app);

        Assert.DoesNotContain(proxy.Requests, request => request.Container == "bundles");
    }

    [Fact]
    public async Task Release_under_another_number_is_signed_again()
    {
        var app = PipelineInstance.NewApp();
        string[] versions = ["1.0.0", "2.0.0", "3.0.0"];
        string[] names = [.. versions.Select(version => $"{app}/c{version}/{version}.zip")];
        await Task.WhenAll(names.Select(name => _pipeline.DropAsync(name, Bundle(name))));

        await Task.WhenAll(names.Select(_pipeline.IntakeAsync));

        var proof = _pipeline.Get<ReleaseProof>();
        foreach (var version in versions.Select(BundleVersion.Parse))
        {
            Assert.Null(await proof.FindRowDefectAsync(app, version, (await Catalog.FindReleaseAsync(app, version, Cancellation))!, Cancellation));
        }
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static byte[] Bundle(string version) => WebBundle.Small(version).Zip();

    private string SigningKeyId
    {
        get
        {
            using var key = RSA.Create(keys.ReadPublicKey());
            return Convert.ToBase64String(key.ExportRSAPublicKey())[..20];
        }
    }

    private async Task PublishAsync(string version) => Assert.IsType<IntakeResult.Published>(
        await _pipeline.IntakeAsync($"{_app}/production/{version}.zip", Bundle(version), new Dictionary<string, string> { ["min_native"] = "0.9.0" }));

    private async Task TamperAsync(string tampering)
    {
        var release = await FindAsync(Version);
        var other = await FindAsync("1.0.0");
        var form = release.SignedForms[0];
        var document = _pipeline.Blob(Containers.Bundles, $"{_app}/{Version}/{form.Document}.jws");
        await (tampering switch
        {
            "a byte of the document" => ChangeByteAsync(document),
            "the document is gone" => document.DeleteAsync(cancellationToken: Cancellation),
            "the document is signed by another key" => ForgeAsync(release, form),
            "the document is another release's" => CopyDocumentAsync(other, document),
            "the row names another release's document" => NameAsync(other),
            "the row names no document" => ChangeRowAsync(row => row["signedForms"]![0]!.AsObject().Remove("document")),
            "the row is gone" => Table.DeleteEntityAsync(_app.Value, $"release:{Version}", cancellationToken: Cancellation),
            "the row is another release's" => CopyRowAsync(),
            "the row is not JSON" => ChangeTextAsync("{\"version\":"),
            "the zip" => ChangeByteAsync(_pipeline.Blob(Containers.Bundles, $"{_app}/{Version}/{release.Zip.Sha256}.zip")),
            _ => ChangeRowAsync(row => Change(row, tampering.Split('/')[1..])),
        });

        // The row names it by its digest, as a forger of rows would.
        async Task ForgeAsync(Release forged, SignedForm signed)
        {
            using var key = new LocalSigningKey(RSA.Create(2048));
            await StoreAsync(await ReleaseDocument.Of(_app, forged, signed).SignAsync(key, Cancellation));
        }

        async Task NameAsync(Release named) =>
            await StoreAsync(await _pipeline.ReadAsync(Containers.Bundles, $"{_app}/{named.Version}/{named.SignedForms[0].Document}.jws"));

        async Task StoreAsync(byte[] jws)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(jws));
            await _pipeline.Blob(Containers.Bundles, $"{_app}/{Version}/{digest}.jws").UploadAsync(new BinaryData(jws), overwrite: true, Cancellation);
            await ChangeRowAsync(row => row["signedForms"]![0]!["document"] = digest);
        }
    }

    private async Task CopyDocumentAsync(Release from, BlobClient to) => await to.UploadAsync(
        new BinaryData(await _pipeline.ReadAsync(Containers.Bundles, $"{_app}/{from.Version}/{from.SignedForms[0].Document}.jws")), overwrite: true, Cancellation);

    private static async Task ChangeByteAsync(BlobClient blob)
    {
        var bytes = (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        await blob.UploadAsync(new BinaryData(bytes), overwrite: true, Cancellation);
    }

    /// <summary>Gives a member another value of its kind.</summary>
    private static void Change(JsonNode row, string[] path)
    {
        var parent = path[..^1].Aggregate(row, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        parent[path[^1]] = path[^1] switch
        {
            "signedForms" => new JsonArray(),
            "sequence" => 1,
            "createdAt" => "2020-01-01T00:00:00+00:00",
            "minNative" => "0.1.0",
            _ => Turned(parent[path[^1]]!.GetValue<string>()),
        };

        static string Turned(string text) => (text[0] == '0' ? '1' : '0') + text[1..];
    }

    private async Task CopyRowAsync()
    {
        var other = await RowAsync("1.0.0");
        await ChangeTextAsync(other.GetString("Document"));
    }

    private async Task ChangeRowAsync(Action<JsonNode> change)
    {
        var document = JsonNode.Parse((await RowAsync(Version)).GetString("Document"))!;
        change(document);
        await ChangeTextAsync(document.ToJsonString());
    }

    private async Task ChangeTextAsync(string document)
    {
        var row = await RowAsync(Version);
        row["Document"] = document;
        await Table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    private async Task<TableEntity> RowAsync(string version) =>
        await Table.GetEntityAsync<TableEntity>(_app.Value, $"release:{version}", cancellationToken: Cancellation);

    private Task<Incident?> FindIncidentAsync() => Catalog.FindIncidentAsync(_app, BundleVersion.Parse(Version), Cancellation);

    private async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    private DeviceRequest Device()
    {
        var info = new DeviceInfo
        {
            AppId = _app.Value,
            DeviceId = Guid.NewGuid().ToString(),
            Platform = "android",
            VersionBuild = "1.0.0",
            VersionName = "1.0.0",
            PluginVersion = "8.51.23",
        };
        return DeviceRequest.Parse(info, _pipeline.Get<Pepper>(), out var device) is null ? device : throw new InvalidOperationException("Not a device.");
    }
}
