using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Rollbacks;
using Serverless.Storage;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Rollbacks;

/// <summary>From a queue message of failures to the channel's pointer. The defaults decide, without a history: three failing devices of three are enough, three of twenty are not.</summary>
public sealed class RollbackTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync() => _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

    [Fact]
    public async Task Failing_release_is_withdrawn_for_the_one_before()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var devices = await OfferAsync("1.1.0", 3);

        await ReportAsync("1.1.0", devices);

        var incident = await Catalog.FindIncidentAsync(_app, BundleVersion.Parse("1.1.0"), Cancellation);
        Assert.Equal("1.0.0", await TargetAsync("production"));
        Assert.NotNull((await FindAsync("1.1.0")).WithdrawnBecause);
        Assert.Equal((IncidentState.Moved, "1.0.0"), (incident!.State, Assert.Single(incident.Moves).Target?.Value));
        Assert.StartsWith("3 of 3 exposed devices failed", incident.Reason, StringComparison.Ordinal);
        Assert.Equal(
            [LedgerKind.ReleaseWithdrawn, LedgerKind.IncidentOpened, LedgerKind.RollbackVerified, LedgerKind.IncidentVerified, LedgerKind.ChannelMoved, LedgerKind.IncidentMoved],
            (await Catalog.VerifyAsync(_app)).Select(entry => entry.Kind).TakeLast(6));
    }

    [Fact]
    public async Task Every_channel_of_many_leaves_the_withdrawn_release()
    {
        const int Channels = 45;
        await PublishAsync("1.0.0", "1.1.0");
        await Catalog.ChangeAsync(
            _app,
            (app, _) => Task.FromResult<CatalogChange?>(new CatalogChange
            {
                Channels =
                [
                    .. Enumerable.Range(app.ChannelCount + 1, Channels).Select(id => Channel.New(Name($"customer-{id}"), id)
                        .PointAt(BundleVersion.Parse("1.0.0")).PointAt(BundleVersion.Parse("1.1.0"))),
                ],
                Ledger = [],
            }),
            Cancellation);
        var devices = await OfferAsync("1.1.0", 3);

        await ReportAsync("1.1.0", devices);

        var incident = await Catalog.FindIncidentAsync(_app, BundleVersion.Parse("1.1.0"), Cancellation);
        Assert.Equal((IncidentState.Moved, Channels + 1), (incident!.State, incident.Moves.Length));
        Assert.All(await Catalog.ListChannelsAsync(_app, Cancellation), channel => Assert.Equal("1.0.0", channel.Target?.Value));

        static ChannelName Name(string text) => ChannelName.TryParse(text, out var name) ? name : throw new FormatException(text);
    }

    [Fact]
    public async Task Two_failures_are_not_enough()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var devices = await OfferAsync("1.1.0", 5);

        await ReportAsync("1.1.0", devices[..2]);

        Assert.Equal("1.1.0", await TargetAsync("production"));
        Assert.Null((await FindAsync("1.1.0")).WithdrawnBecause);
    }

    [Fact]
    public async Task Few_failures_among_many_happy_devices_are_not_enough()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var devices = await OfferAsync("1.1.0", 20);
        await _pipeline.Get<OutcomeRecorder>().RecordAsync(Message("1.1.0", VoteKind.Good, devices[3..]), Cancellation);

        await ReportAsync("1.1.0", devices[..3]);

        Assert.Equal("1.1.0", await TargetAsync("production"));
    }

    [Fact]
    public async Task Reports_of_devices_that_were_never_offered_the_release_decide_nothing()
    {
        await PublishAsync("1.0.0", "1.1.0");

        await ReportAsync("1.1.0", Voters.Many(40));

        Assert.Equal("1.1.0", await TargetAsync("production"));
        Assert.Equal(
            new OutcomeTally(Exposed: 0, Good: 0, Failed: 0, Discarded: 40),
            (await _pipeline.Get<OutcomeStore>().TallyAsync(_app, BundleVersion.Parse("1.1.0"), Cancellation)).Total);
    }

    [Fact]
    public async Task Failures_without_a_version_count_for_the_last_offer()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var devices = await OfferAsync("1.1.0", 3);

        await ReportAsync(version: null, devices);

        Assert.Equal("1.0.0", await TargetAsync("production"));
    }

    [Fact]
    public async Task Failures_without_a_version_from_devices_without_an_offer_count_for_nothing()
    {
        await PublishAsync("1.0.0", "1.1.0");

        await ReportAsync(version: null, Voters.Many(5));

        Assert.Equal(default, (await _pipeline.Get<OutcomeStore>().TallyAsync(_app, BundleVersion.Parse("1.1.0"), Cancellation)).Total);
    }

    [Fact]
    public async Task Message_that_is_none_of_ours_is_dropped()
    {
        await _pipeline.Get<FailureReports>().RunAsync("{\"events\":", Cancellation);
        await _pipeline.Get<FailureReports>().RunAsync("null", Cancellation);
    }

    [Theory]
    [InlineData("the zip has other bytes")]
    [InlineData("the zip is gone")]
    [InlineData("the encrypted zip has other bytes")]
    [InlineData("the checksum in its row was tampered with")]
    [InlineData("the session key in its row was tampered with")]
    [InlineData("the session key in its row is another release's")]
    [InlineData("its file list is gone")]
    [InlineData("its file list has other bytes")]
    [InlineData("a file is gone")]
    [InlineData("a file has other bytes")]
    [InlineData("an encrypted file is gone")]
    [InlineData("an encrypted file has other bytes")]
    [InlineData("an encrypted file is another one's")]
    [InlineData("the signed list is another release's")]
    public async Task Target_that_devices_could_not_install_is_skipped_for_the_next_older(string defect)
    {
        await PublishAsync("1.0.0", "1.1.0", "1.2.0");
        await HarmAsync("1.1.0", defect);

        await WithdrawAsync("1.2.0");

        Assert.Equal("1.0.0", await TargetAsync("production"));
        Assert.Contains("1.1.0", (await Catalog.VerifyAsync(_app)).Single(entry => entry.Kind == LedgerKind.RollbackVerified).Why, StringComparison.Ordinal);
        var planned = (await Catalog.FindIncidentAsync(_app, BundleVersion.Parse("1.2.0"), Cancellation))!.Steps.Single(step => step.State is IncidentState.Verified);
        Assert.Matches("^production: .*1\\.1\\.0.* 1\\.0\\.0: bytes hashed again, signatures opened\\.$", planned.Note);
    }

    [Fact]
    public async Task Without_a_servable_release_devices_go_back_to_the_bundle_inside_the_app()
    {
        await PublishAsync("1.0.0", "1.1.0");
        await HarmAsync("1.0.0", "the zip is gone");

        await WithdrawAsync("1.1.0");

        Assert.Null(await TargetAsync("production"));
        Assert.Equal("1.1.0", (await ChannelAsync("production")).History[0].Value);
    }

    [Fact]
    public async Task Target_that_was_withdrawn_itself_is_skipped()
    {
        await PublishAsync("1.0.0", "1.1.0");
        await WithdrawAsync("1.1.0");
        await PublishAsync("1.2.0");

        await WithdrawAsync("1.2.0");

        Assert.Equal("1.0.0", await TargetAsync("production"));
    }

    [Fact]
    public async Task Every_channel_on_the_release_moves_to_its_own_past()
    {
        await PublishAsync("1.0.0");
        await _pipeline.PublishAsync(_app, "1.1.0", "beta");
        await PublishAsync("1.2.0");
        await _pipeline.IntakeAsync($"{_app}/beta/1.2.0.zip", WebBundle.Small("1.2.0").Zip());
        await _pipeline.PublishAsync(_app, "1.3.0", "nightly");

        await WithdrawAsync("1.2.0");

        Assert.Equal(("1.0.0", "1.1.0", "1.3.0"), (await TargetAsync("production"), await TargetAsync("beta"), await TargetAsync("nightly")));
    }

    [Fact]
    public async Task Channel_that_was_moved_meanwhile_stays_where_it_was_put()
    {
        await PublishAsync("1.0.0", "1.1.0");
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var instance = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        using var verifying = proxy.Hold(request => request is { Method: "GET", Container: "bundles" }, Stage.BeforeForwarding);

        var rollback = instance.WithdrawAsync(_app, "1.1.0");
        await verifying.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await PublishAsync("1.2.0");
        verifying.Release();
        await rollback;

        var incident = await Catalog.FindIncidentAsync(_app, BundleVersion.Parse("1.1.0"), Cancellation);
        Assert.Equal("1.2.0", await TargetAsync("production"));
        Assert.Equal((IncidentState.Moved, 0), (incident!.State, incident.Moves.Length));
    }

    [Fact]
    public async Task Rollback_run_twice_is_done_once()
    {
        await PublishAsync("1.0.0", "1.1.0");
        await WithdrawAsync("1.1.0");
        var state = await Catalog.ReadAppAsync(_app, Cancellation);

        await WithdrawAsync("1.1.0");

        Assert.Equal(state, await Catalog.ReadAppAsync(_app, Cancellation));
    }

    [Fact]
    public async Task Two_instances_that_decide_at_once_roll_back_once()
    {
        await PublishAsync("1.0.0", "1.1.0");
        await using var other = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

        await Task.WhenAll(new[] { _pipeline, other }.Select(instance =>
            instance.WithdrawAsync(_app, "1.1.0")));

        var ledger = await Catalog.VerifyAsync(_app);
        Assert.Equal("1.0.0", await TargetAsync("production"));
        Assert.Single(ledger, entry => entry.Kind == LedgerKind.IncidentOpened);
        Assert.Single(ledger, entry => entry.Kind == LedgerKind.RollbackVerified);
    }

    [Fact]
    public async Task Rollback_that_was_cut_short_goes_on_where_it_stopped()
    {
        await PublishAsync("1.0.0", "1.1.0");
        var devices = await OfferAsync("1.1.0", 3);
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var instance = await PipelineInstance.StartAsync(proxy.ConnectionString, keys);
        using (proxy.Fail(request => request is { Method: "GET", Container: "bundles" }, 503, times: int.MaxValue))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => instance.Get<FailureReports>().RunAsync(Message("1.1.0", VoteKind.Failed, devices), Cancellation));
        }

        var between = await Catalog.FindIncidentAsync(_app, BundleVersion.Parse("1.1.0"), Cancellation);
        await instance.Get<FailureReports>().RunAsync(Message("1.1.0", VoteKind.Failed, devices), Cancellation);

        Assert.Equal(IncidentState.Opened, between!.State);
        Assert.Equal("1.0.0", await TargetAsync("production"));
        Assert.Single(await Catalog.VerifyAsync(_app), entry => entry.Kind == LedgerKind.IncidentOpened);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private async Task PublishAsync(params string[] versions)
    {
        foreach (var version in versions)
        {
            // With a file that no other test has: plain files are shared by all apps of a storage account.
            var bundle = WebBundle.Small(version).With("own.js", $"// {_app} {version}");
            Assert.IsType<IntakeResult.Published>(await _pipeline.IntakeAsync($"{_app}/production/{version}.zip", bundle.Zip()));
        }
    }

    private async Task<DevicePseudonym[]> OfferAsync(string version, int count)
    {
        var devices = Voters.Many(count);
        await Task.WhenAll(devices.Select(device =>
            _pipeline.Get<OutcomeStore>().OfferAsync(_app, BundleVersion.Parse(version), device, Cancellation).AsTask()));
        return devices;
    }

    private Task ReportAsync(string? version, DevicePseudonym[] devices) =>
        _pipeline.Get<FailureReports>().RunAsync(Message(version, VoteKind.Failed, devices), Cancellation);

    private string Message(string? version, VoteKind kind, DevicePseudonym[] devices)
    {
        var events = devices.Select(device => new DeviceEvidence(_app.Value, device.Hex, version, kind, "update_fail", Voters.Noon));
        return JsonSerializer.Serialize(new EventBatch([.. events]), WireJson.Default.EventBatch);
    }

    private Task WithdrawAsync(string version) =>
        _pipeline.WithdrawAsync(_app, version);

    private async Task HarmAsync(string version, string defect)
    {
        var release = await FindAsync(version);
        var form = release.SignedForms[0];
        var zip = _pipeline.Blob(Containers.Bundles, $"{_app}/{version}/{release.Zip.Sha256}.zip");
        var encrypted = _pipeline.Blob(Containers.Bundles, $"{_app}/{version}/{form.CiphertextSha256}.zip.enc");
        await (defect switch
        {
            "the zip has other bytes" => zip.UploadAsync(new BinaryData(new byte[release.Zip.Size]), overwrite: true, Cancellation),
            "the zip is gone" => zip.DeleteAsync(cancellationToken: Cancellation),
            "the encrypted zip has other bytes" => encrypted.UploadAsync(new BinaryData(new byte[form.CiphertextSize]), overwrite: true, Cancellation),
            "its file list is gone" => List(release.FileList).DeleteAsync(cancellationToken: Cancellation),
            "its file list has other bytes" => List(form.FileList).UploadAsync(new BinaryData("{\"files\":[]}"), overwrite: true, Cancellation),
            "a file is gone" => (await FileAsync(release.FileList)).DeleteAsync(cancellationToken: Cancellation),
            "a file has other bytes" => (await FileAsync(release.FileList)).UploadAsync(new BinaryData("other"), overwrite: true, Cancellation),
            "an encrypted file is gone" => (await FileAsync(form.FileList)).DeleteAsync(cancellationToken: Cancellation),
            "an encrypted file has other bytes" => (await FileAsync(form.FileList)).UploadAsync(new BinaryData(new byte[32]), overwrite: true, Cancellation),
            "an encrypted file is another one's" => (await FileAsync(form.FileList)).UploadAsync(
                new BinaryData((await (await FileAsync(form.FileList, "index.html")).DownloadContentAsync(Cancellation)).Value.Content), overwrite: true, Cancellation),
            "the signed list is another release's" => TamperAsync(version, "fileList", (await FindAsync("1.0.0")).SignedForms[0].FileList!.Value.Hex),
            "the checksum in its row was tampered with" => TamperAsync(version, "checksum", new string('0', form.Checksum.Length)),
            "the session key in its row was tampered with" => TamperAsync(version, "sessionKey", form.SessionKey[..^8] + "AAAAAA=="),
            _ => TamperAsync(version, "sessionKey", (await FindAsync("1.0.0")).SignedForms[0].SessionKey),
        });

        BlobClient List(Sha256Digest? list) => _pipeline.Blob(Containers.Bundles, $"{_app}/{version}/{list}.files.json");

        async Task<BlobClient> FileAsync(Sha256Digest? digest, string path = "own.js")
        {
            var list = await _pipeline.Get<FileLists>().FindAsync(_app, release, digest!.Value, Cancellation);
            return _pipeline.Blob(Containers.Files, list!.Files.Single(file => file.Path == path).BlobOf(_app, release.Version));
        }
    }

    private async Task TamperAsync(string version, string field, string value)
    {
        var table = _pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);
        TableEntity row = await table.GetEntityAsync<TableEntity>(_app.Value, $"release:{version}", cancellationToken: Cancellation);
        var document = JsonNode.Parse(row.GetString("Document"))!;
        document["signedForms"]![0]![field] = value;
        row["Document"] = document.ToJsonString();
        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    private async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    private async Task<string?> TargetAsync(string channel) => (await ChannelAsync(channel)).Target?.Value;

    private async Task<Channel> ChannelAsync(string channel) => ChannelName.TryParse(channel, out var name)
        ? Assert.IsType<Channel>(await Catalog.FindChannelAsync(_app, name, Cancellation))
        : throw new FormatException(channel);
}
