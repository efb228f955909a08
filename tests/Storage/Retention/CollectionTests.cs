using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Bundles;
using Serverless.Devices;
using Serverless.Errors;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Retention;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Retention;

/// <summary>An app whose production was at 1.0.0 and 1.1.0 and is at 1.2.0, where one way back is kept: nothing needs the first one.</summary>
public sealed class CollectionTests(RetentionLab lab, KeyFolder keys) : IClassFixture<RetentionLab>, IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync()
    {
        _pipeline = await lab.StartAsync();
        foreach (var version in new[] { "1.0.0", "1.1.0", "1.2.0" })
        {
            await _pipeline.PublishAsync(_app, version);
        }

        lab.Time.Advance(TimeSpan.FromDays(3));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task Releases_go_when_that_is_asked_for_and_their_blobs_when_nobody_can_have_their_address_any_more()
    {
        await using var unasked = await lab.StartAsync(settings: ("Collect", "false"));
        await RunAsync(unasked);
        Assert.Empty(await CollectedAsync());
        Assert.False((await unasked.Get<RetentionPlanning>().ReadAsync(_app, new Page(50, null), Cancellation)).Collects);

        var plan = await _pipeline.Get<RetentionPlanning>().ReadAsync(_app, new Page(50, null), Cancellation);
        await RunAsync(_pipeline);

        Assert.Equal([("1.2.0", true), ("1.1.0", true), ("1.0.0", false)], plan.Releases.Select(release => (release.Version, release.Stays)));
        Assert.Equal(["1.0.0"], await CollectedAsync());
        Assert.Equal(["1.0.0"], (await Catalog.VerifyAsync(_app)).Where(entry => entry.Kind == LedgerKind.ReleaseCollected).Select(entry => entry.Subject));
        Assert.NotEmpty(await BlobsAsync("1.0.0"));
        await AssertSoundAsync();

        lab.Time.Advance(TimeSpan.FromHours(4));
        await RunAsync(_pipeline);

        Assert.Empty(await BlobsAsync("1.0.0"));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task Collected_release_is_led_to_by_nobody_until_the_same_bundle_is_uploaded_again()
    {
        await CollectAsync();

        Assert.Equal(
            (ProblemCode.ReleaseCollected, ProblemCode.ReleaseCollected), ((await PromoteAsync("1.0.0")).Problem?.Code, (await PinAsync("1.0.0"))?.Code));
        Assert.IsType<IntakeResult.Rejected>(await _pipeline.IntakeAsync($"{_app}/beta/1.0.0.zip", WebBundle.Small("other").Zip()));

        var restored = await _pipeline.PublishAsync(_app, "1.0.0", "beta");

        Assert.Equal((1, null), (restored.Sequence, restored.CollectedAt));
        Assert.Empty(await CollectedAsync());
        Assert.Null(await _pipeline.Get<RollbackTarget>().FindDefectAsync(_app, restored.Version, restored, Cancellation));
        await AssertSoundAsync();
        Assert.Null((await PromoteAsync("1.0.0")).Problem);
    }

    [Fact]
    public async Task What_a_killed_intake_left_goes_and_what_releases_share_stays()
    {
        await using var proxy = await StorageProxy.StartAsync(lab.ConnectionString, Cancellation);
        await using var killed = await lab.StartAsync(proxy.ConnectionString);
        using (proxy.Fail(request => request is { Service: StorageService.Table, Container: "$batch" }, 403, times: int.MaxValue))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => killed.IntakeAsync($"{_app}/production/2.0.0.zip", WebBundle.Small("2.0.0").Zip()));
        }

        // By a clock that was not put forward, the intake may still be at work.
        var left = await BlobsAsync("2.0.0");
        var ahead = lab.Time.GetUtcNow() - DateTimeOffset.UtcNow;
        lab.Time.Advance(-ahead);
        await RunAsync(_pipeline);
        Assert.Equal(left, await BlobsAsync("2.0.0"));
        Assert.NotEmpty(left);

        lab.Time.Advance(ahead);
        await RunAsync(_pipeline);
        Assert.Empty(await BlobsAsync("2.0.0"));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task Device_that_is_pinned_while_its_release_is_judged_keeps_it()
    {
        await using var proxy = await StorageProxy.StartAsync(lab.ConnectionString, Cancellation);
        await using var collecting = await lab.StartAsync(proxy.ConnectionString);
        using var hold = proxy.Hold(request => request is { Service: StorageService.Table, Container: "$batch" }, Stage.BeforeForwarding);

        var run = collecting.Get<ReleaseCollection>().RunAsync(_app, Cancellation);
        await hold.Reached.WaitAsync(Deadline, Cancellation);
        Assert.Null(await PinAsync("1.0.0"));
        hold.Release();
        await run;

        Assert.Empty(await CollectedAsync());
    }

    [Fact]
    public async Task Bundle_that_is_uploaded_again_while_its_blobs_are_removed_keeps_them()
    {
        await _pipeline.Get<ReleaseCollection>().RunAsync(_app, Cancellation);
        lab.Time.Advance(TimeSpan.FromHours(4));
        await using var proxy = await StorageProxy.StartAsync(lab.ConnectionString, Cancellation);
        await using var collecting = await lab.StartAsync(proxy.ConnectionString);

        // The zips are gone by then, and the files are listed.
        using var hold = proxy.Hold(request => request is { Method: "DELETE", Container: "files" }, Stage.BeforeForwarding);

        var run = collecting.Get<BlobCollection>().RunAsync(Cancellation);
        await hold.Reached.WaitAsync(Deadline, Cancellation);
        var restored = await _pipeline.PublishAsync(_app, "1.0.0", "beta");
        hold.Release();
        await run;

        Assert.Null(await _pipeline.Get<RollbackTarget>().FindDefectAsync(_app, restored.Version, restored, Cancellation));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task Run_that_ends_at_any_write_leaves_a_sound_store_and_the_next_one_goes_on()
    {
        await using var proxy = await StorageProxy.StartAsync(lab.ConnectionString, Cancellation);
        await using var pipeline = await lab.StartAsync(proxy.ConnectionString);
        var isDone = false;
        for (var run = 0; !isDone; run++)
        {
            Assert.True(run < 100, "Every run should remove something.");
            var writes = 0;

            // The first write of a run is made; of the second one, every other run does not hear.
            using var cut = proxy.Fail(request => request.IsWrite && Interlocked.Increment(ref writes) > 1, 403, int.MaxValue, run % 2 == 0 ? Stage.BeforeForwarding : Stage.AfterForwarding);

            // The first one only marks: no address has expired yet.
            var isCut = await Record.ExceptionAsync(() => RunAsync(pipeline)) is not null || cut.Hits > 0;
            isDone = run > 0 && !isCut;
            await AssertSoundAsync();
            lab.Time.Advance(TimeSpan.FromHours(4));
        }

        Assert.Equal(["1.0.0"], await CollectedAsync());
        Assert.Empty(await BlobsAsync("1.0.0"));
    }

    [Fact]
    public async Task Files_stay_where_it_is_not_known_which_a_release_has()
    {
        var release = await FindAsync("1.2.0");
        var list = _pipeline.Blob(Containers.Bundles, BundleBlobs.FileList(_app, release.Version, release.FileList!.Value));
        var before = await list.DownloadContentAsync(Cancellation);
        await list.DeleteAsync(cancellationToken: Cancellation);
        await CollectAsync();

        Assert.DoesNotContain(await BlobsAsync("1.0.0"), name => name.StartsWith(Containers.Bundles, StringComparison.Ordinal));
        Assert.NotEmpty(await BlobsAsync("1.0.0"));

        await list.UploadAsync(before.Value.Content, Cancellation);
        await RunAsync(_pipeline);
        Assert.Empty(await BlobsAsync("1.0.0"));
    }

    [Fact]
    public async Task Row_that_says_it_was_collected_while_devices_are_led_to_it_removes_nothing()
    {
        var table = _pipeline.Get<TableServiceClient>().GetTableClient(Tables.Catalog);
        TableEntity row = await table.GetEntityAsync<TableEntity>(_app.Value, "release:1.2.0", cancellationToken: Cancellation);
        row["Document"] = $$"""{{row.GetString("Document")[..^1]}},"collectedAt":"2020-01-01T00:00:00+00:00"}""";
        await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace, Cancellation);
        await CollectAsync();

        Assert.NotEmpty(await BlobsAsync("1.2.0"));
        Assert.Equal("The row 'release:1.2.0' and the ledger disagree on whether 1.2.0 was collected, or when.", (await VerifyAsync()).Mismatch);
        await Catalog.ChangeAsync(_app, async (_, _) => new CatalogChange { Releases = [(await FindAsync("1.2.0")) with { CollectedAt = null }], Ledger = [] }, Cancellation);
    }

    [Fact]
    public async Task Outcomes_and_errors_outlive_their_release_for_a_while()
    {
        var (outcomes, errors) = (_pipeline.Get<OutcomeStore>(), _pipeline.Get<ErrorGroups>());
        var device = Device();
        foreach (var version in new[] { "1.0.0", "1.0.0-beta", "1.2.0" })
        {
            var named = BundleVersion.Parse(version);
            await outcomes.OfferAsync(_app, named, device, Cancellation);
            await errors.RecordAsync(_app, new ErrorKind(named, "app_crash", default, "It crashed."), [(device, DateTimeOffset.UtcNow)], Cancellation);
        }

        await RunAsync(_pipeline);
        Assert.True((await outcomes.FindAsync(_app, BundleVersion.Parse("1.0.0"), device, Cancellation)).Offered);
        lab.Time.Advance(TimeSpan.FromDays(91));
        await RunAsync(_pipeline);

        Assert.False((await outcomes.FindAsync(_app, BundleVersion.Parse("1.0.0"), device, Cancellation)).Offered);
        Assert.True((await outcomes.FindAsync(_app, BundleVersion.Parse("1.0.0-beta"), device, Cancellation)).Offered);
        Assert.Equal(["1.0.0-beta", "1.2.0"], (await errors.ListAsync(_app, null, null, Cancellation))!.Select(group => group.Kind.Version.Value).Order(StringComparer.Ordinal));
    }

    private static Task RunAsync(PipelineInstance pipeline) => pipeline.Get<RetentionRun>().RunAsync(Cancellation);

    private async Task CollectAsync()
    {
        await RunAsync(_pipeline);
        lab.Time.Advance(TimeSpan.FromHours(4));
        await RunAsync(_pipeline);
    }

    private async Task<(Problem? Problem, ReleaseActDescription? Act)> PromoteAsync(string version) => await _pipeline.Get<ReleasePromotion>().RunAsync(
        TestPrincipal.Operator,
        _app,
        BundleVersion.Parse(version),
        new ReleaseOrder(ReleaseAction.Promote, "production", AllowDowngrade: true),
        _ => true,
        Cancellation);

    private async Task<Problem?> PinAsync(string version) =>
        (await _pipeline.Get<PinAdministration>().PinAsync(TestPrincipal.Operator, new DeviceIdentity(_app, Device()), new PinOrder(version, null), Cancellation)).Problem;

    private static DevicePseudonym Device() => DevicePseudonym.TryParse("00112233445566778899aabbccddeeff", out var device) ? device : throw new InvalidOperationException();

    private async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    private async Task<string[]> CollectedAsync() =>
        [.. await Catalog.ReadReleasesAsync(_app, Cancellation).Where(release => release.CollectedAt is not null).Select(release => release.Version.Value).Order().ToListAsync(Cancellation)];

    /// <summary>What lies in the folders of a release.</summary>
    private async Task<string[]> BlobsAsync(string version)
    {
        var names = new List<string>();
        foreach (var container in new[] { Containers.Bundles, Containers.Files })
        {
            await foreach (var name in Source().ListBlobsAsync(container, $"{_app}/{version}/", Cancellation))
            {
                names.Add($"{container}/{name}");
            }
        }

        return [.. names];
    }

    private async Task AssertSoundAsync()
    {
        var report = await VerifyAsync();
        Assert.Null(report.Mismatch);
    }

    private StorageAuditSource Source() => new(_pipeline.Get<TableServiceClient>(), _pipeline.Get<BlobServiceClient>());

    private async Task<AuditReport> VerifyAsync()
    {
        using var rsa = RSA.Create(keys.ReadPublicKey());
        return await new Audit(Source(), AuditKeys.From([SigningPublicKey.From(rsa)], "test"), "").RunAsync(_app, Cancellation);
    }
}
