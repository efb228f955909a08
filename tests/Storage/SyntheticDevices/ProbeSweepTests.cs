using Serverless.Apps;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Storage;
using Serverless.SyntheticDevices;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Storage.SyntheticDevices;

/// <summary>What synthetic devices find on the channels of a storage account of their own.</summary>
public sealed class ProbeSweepTests(AzuriteFixture azurite, KeyFolder keys) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private const string Version = "1.0.0";

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly SelfServer _self = new();
    private PipelineInstance _pipeline = null!;
    private Release _release = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _pipeline = _self.Pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys, SelfServer.In(_self));
        var bundle = WebBundle.Small(Version).With("own.js", $"// {_app}");
        await _pipeline.IntakeAsync($"{_app}/production/{Version}.zip", bundle.Zip());
        _release = (await _pipeline.Get<ReleaseCatalog>().FindReleaseAsync(_app, BundleVersion.Parse(Version), Cancellation))!;
    }

    [Fact]
    public async Task Sound_release_is_installed_by_every_generation_and_leaves_no_trace()
    {
        var channel = (await _pipeline.Get<ReleaseCatalog>().ListChannelsAsync(_app, Cancellation)).Single();
        var before = await _pipeline.Get<ReleaseCatalog>().ReadAppAsync(_app, Cancellation);

        var results = await _pipeline.Get<ChannelProbe>().Begin().InstallAsync(_app, channel, _release.Version, cell: null, Cancellation);
        await SweepAsync();

        Assert.Equal(["5.9.0", "6.30.0", "8.51.23", "7.41.1 with key", "8.42.8 with key", "8.51.23 with key"], results.Select(result => result.Generation));
        Assert.All(results, result => Assert.Equal((result.Generation, ProbeOutcome.Installed), (result.Generation, result.Outcome)));
        Assert.Equal(before, await _pipeline.Get<ReleaseCatalog>().ReadAppAsync(_app, Cancellation));
        Assert.Null(await FindIncidentAsync());
    }

    [Theory]
    [InlineData("a file is gone", "own.js")]
    [InlineData("an encrypted file is gone", "own.js")]
    [InlineData("a byte of the zip", "zip")]
    [InlineData("a byte of the encrypted zip", "zip")]
    public async Task Harmed_blob_opens_an_incident_that_closes_when_it_is_mended(string harm, string named)
    {
        var blob = await FindBlobAsync(harm);
        var content = (await blob.DownloadContentAsync(Cancellation)).Value.Content;
        var changed = content.ToArray();
        changed[changed.Length / 2] ^= 1;
        await (harm.EndsWith("gone", StringComparison.Ordinal)
            ? blob.DeleteAsync(cancellationToken: Cancellation)
            : (Task)blob.UploadAsync(new BinaryData(changed), overwrite: true, Cancellation));

        await SweepAsync();
        await SweepAsync();

        var incident = (await FindIncidentAsync())!;
        Assert.Equal((IncidentKind.Probe, IncidentState.Opened), (incident.Kind, Assert.Single(incident.Steps).State));
        Assert.Contains(named, incident.Reason, StringComparison.Ordinal);
        await blob.UploadAsync(content, overwrite: true, Cancellation);
        await SweepAsync();
        Assert.Equal(IncidentState.Resolved, (await FindIncidentAsync())!.State);
    }

    [Fact]
    public async Task Stripped_signature_opens_an_incident()
    {
        _self.OnTheWay = (answer, device) => device.KeyId is null ? answer : answer with { SessionKey = "", Checksum = _release.Zip.Sha256.Hex };

        await SweepAsync();

        Assert.Contains("stripped", (await FindIncidentAsync())!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_that_ends_after_the_release_was_withdrawn_and_all_was_over_opens_nothing()
    {
        await _pipeline.WithdrawAsync(_app, Version);
        await _pipeline.Get<IncidentAdministration>().OrderAsync(
            TestPrincipal.Operator, _app, _release.Version, new IncidentOrder(IncidentAction.Resolve, "It is over."), _ => true, Cancellation);
        var before = (await FindIncidentAsync())!;

        await _pipeline.Get<ProbeIncidents>().OpenAsync(_app, _release.Version, "A device that was on its way found it withdrawn.", Cancellation);

        var after = (await FindIncidentAsync())!;
        Assert.Equal((IncidentKind.Rollback, IncidentState.Resolved), (after.Kind, after.State));
        Assert.Equal(before.Steps, after.Steps);
    }

    [Fact]
    public async Task Server_that_does_not_answer_says_nothing_about_a_release()
    {
        _self.OnTheWay = (_, _) => throw new HttpRequestException("refused");

        await SweepAsync();

        Assert.Null(await FindIncidentAsync());
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task SweepAsync() => _pipeline.Get<ProbeSweep>().RunAsync(Cancellation);

    private Task<Incident?> FindIncidentAsync() => _pipeline.Get<ReleaseCatalog>().FindIncidentAsync(_app, _release.Version, Cancellation);

    private async Task<Azure.Storage.Blobs.BlobClient> FindBlobAsync(string harm)
    {
        var form = _release.SignedForms[0];
        return harm switch
        {
            "a byte of the zip" => _pipeline.Blob(Containers.Bundles, $"{_app}/{Version}/{_release.Zip.Sha256}.zip"),
            "a byte of the encrypted zip" => _pipeline.Blob(Containers.Bundles, $"{_app}/{Version}/{form.CiphertextSha256}.zip.enc"),
            "a file is gone" => await FileAsync(_release.FileList!.Value),
            _ => await FileAsync(form.FileList!.Value),
        };

        async Task<Azure.Storage.Blobs.BlobClient> FileAsync(Sha256Digest digest)
        {
            var list = (await _pipeline.Get<FileLists>().FindAsync(_app, _release, digest, Cancellation))!;
            return _pipeline.Blob(Containers.Files, list.Files.Single(file => file.Path == "own.js").BlobOf(_app, _release.Version));
        }
    }
}
