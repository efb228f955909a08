using System.Security.Cryptography;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Storage.Intake;

public sealed class IntakeTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync() => _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

    [Fact]
    public async Task Bundle_is_served_byte_for_byte_as_it_was_dropped()
    {
        var zip = WebBundle.InFolder("dist", "1.0.0").WithChecksumJson().Zip();

        var result = await _pipeline.IntakeAsync(Name("1.0.0"), zip);

        var release = Assert.IsType<IntakeResult.Published>(result).Release;
        var digest = Digest(zip);
        Assert.Equal((digest, digest, (long)zip.Length), (release.Zip.Sha256.Hex, release.UploadSha256.Hex, release.Zip.Size));
        Assert.Equal(5, release.FileCount);
        Assert.Equal(zip, await _pipeline.ReadAsync(Containers.Bundles, $"{_app}/1.0.0/{digest}.zip"));
        Assert.False(await _pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
    }

    [Fact]
    public async Task First_upload_creates_app_and_channel_and_writes_the_ledger()
    {
        await _pipeline.PublishAsync(_app, "1.0.0");

        var channel = await Catalog.FindChannelAsync(_app, ChannelName.Production, Cancellation);
        var ledger = await Catalog.VerifyAsync(_app);
        Assert.Equal(("1.0.0", 1, true), (channel?.Target?.Value, channel?.Id, channel?.Public));
        Assert.Equal(
            [LedgerKind.BundleAccepted, LedgerKind.BundleSigned, LedgerKind.ReleasePublished, LedgerKind.ChannelCreated, LedgerKind.ChannelMoved],
            ledger.Select(entry => entry.Kind));
    }

    [Fact]
    public async Task What_the_developer_says_is_kept_with_the_release()
    {
        var metadata = new Dictionary<string, string>
        {
            ["notes"] = "Fixes the cart",
            ["min_native"] = "2.1.0",
            ["link"] = "https://example.com/notes",
            ["comment"] = "hotfix",
        };

        await _pipeline.IntakeAsync(Name("1.0.0"), WebBundle.Small("1.0.0").Zip(), metadata);

        var release = await FindAsync("1.0.0");
        Assert.Equal(new BundleNotes("Fixes the cart", "2.1.0", "https://example.com/notes", "hotfix"), release.Notes);
    }

    [Fact]
    public async Task Missing_ready_call_is_accepted_when_the_developer_says_so()
    {
        var zip = WebBundle.Small("1.0.0").With("app.js", "start();").Zip();

        var result = await _pipeline.IntakeAsync(Name("1.0.0"), zip, new Dictionary<string, string> { ["allow_missing_ready"] = "true" });

        Assert.IsType<IntakeResult.Published>(result);
    }

    [Fact]
    public async Task Downgrade_is_accepted_when_the_developer_says_so()
    {
        await _pipeline.PublishAsync(_app, "2.0.0");

        var result = await _pipeline.IntakeAsync(
            Name("1.0.0"), WebBundle.Small("1.0.0").Zip(), new Dictionary<string, string> { ["allow_downgrade"] = "True" });

        Assert.IsType<IntakeResult.Published>(result);
        Assert.Equal("1.0.0", await TargetAsync("production"));
    }

    [Fact]
    public async Task Same_bytes_on_another_channel_promote_the_release()
    {
        var published = await _pipeline.PublishAsync(_app, "1.0.0", "beta");

        var result = await _pipeline.IntakeAsync(Name("1.0.0"), WebBundle.Small("1.0.0").Zip());

        var promoted = Assert.IsType<IntakeResult.Promoted>(result);
        Assert.Equal((1, published.Zip), (promoted.Release.Sequence, promoted.Release.Zip));
        Assert.Equal(("1.0.0", "1.0.0"), (await TargetAsync("beta"), await TargetAsync("production")));
        Assert.Equal(1, (await Catalog.ReadAppAsync(_app, Cancellation)).Sequence);
    }

    [Fact]
    public async Task Redelivered_bundle_is_published_once()
    {
        await _pipeline.PublishAsync(_app, "1.0.0");
        var before = await Catalog.ReadAppAsync(_app, Cancellation);

        var again = await _pipeline.IntakeAsync(Name("1.0.0"), WebBundle.Small("1.0.0").Zip());
        var gone = await _pipeline.IntakeAsync(Name("1.0.0"));

        Assert.IsType<IntakeResult.AlreadyPublished>(again);
        Assert.IsType<IntakeResult.Superseded>(gone);
        Assert.Equal(before, await Catalog.ReadAppAsync(_app, Cancellation));
        Assert.False(await _pipeline.ExistsAsync(Containers.Uploads, Name("1.0.0")));
    }

    [Fact]
    public async Task Redelivered_bundle_does_not_turn_the_pointer_back()
    {
        await _pipeline.PublishAsync(_app, "1.0.0");
        await _pipeline.PublishAsync(_app, "1.1.0");

        var result = await _pipeline.IntakeAsync(Name("1.0.0"), WebBundle.Small("1.0.0").Zip());

        Assert.Equal(RejectionCode.VersionNotHigher, Assert.IsType<IntakeResult.Rejected>(result).Rejection.Code);
        Assert.Equal("1.1.0", await TargetAsync("production"));
    }

    [Fact]
    public async Task Same_bytes_on_two_channels_at_once_make_one_release()
    {
        var zip = WebBundle.Small("1.0.0").Zip();
        string[] names = [Name("1.0.0", "production"), Name("1.0.0", "beta"), Name("1.0.0", "nightly")];
        await Task.WhenAll(names.Select(name => _pipeline.DropAsync(name, zip)));

        await Task.WhenAll(names.Select(_pipeline.IntakeAsync));

        var ledger = await Catalog.VerifyAsync(_app);
        Assert.Single(ledger, entry => entry.Kind == LedgerKind.ReleasePublished);
        Assert.Equal(1, (await Catalog.ReadAppAsync(_app, Cancellation)).Sequence);
        Assert.Equal(
            [(1, "1.0.0"), (2, "1.0.0"), (3, "1.0.0")],
            (await Catalog.ListChannelsAsync(_app, Cancellation)).OrderBy(channel => channel.Id).Select(channel => (channel.Id, channel.Target?.Value)));
    }

    [Fact]
    public async Task Other_bytes_under_one_version_at_once_make_one_release_and_one_rejection()
    {
        string[] names = [Name("1.0.0", "production"), Name("1.0.0", "beta")];
        await _pipeline.DropAsync(names[0], WebBundle.Small("1.0.0").Zip());
        await _pipeline.DropAsync(names[1], WebBundle.Small("1.0.0").With("app.js", "notifyAppReady(); other();").Zip());

        var results = await Task.WhenAll(names.Select(RetryAsync));

        var rejected = Assert.Single(results.OfType<IntakeResult.Rejected>());
        Assert.Equal(RejectionCode.VersionConflict, rejected.Rejection.Code);
        Assert.Single(results.OfType<IntakeResult.Published>());
        Assert.Equal(1, (await Catalog.ReadAppAsync(_app, Cancellation)).Sequence);
    }

    [Fact]
    public async Task Many_versions_at_once_are_numbered_without_gap()
    {
        var versions = Enumerable.Range(1, 12).Select(patch => $"1.0.{patch}").ToArray();
        await Task.WhenAll(versions.Select(version => _pipeline.DropAsync(Name(version, $"c{version}"), WebBundle.Small(version).Zip())));

        await Task.WhenAll(versions.Select(version => RetryAsync(Name(version, $"c{version}"))));

        var releases = await Task.WhenAll(versions.Select(FindAsync));
        Assert.Equal(Enumerable.Range(1, 12).Select(sequence => (long)sequence), releases.Select(release => release.Sequence).Order());
        Assert.Equal(12, (await Catalog.VerifyAsync(_app)).Count(entry => entry.Kind == LedgerKind.ReleasePublished));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string Name(string version, string channel = "production") => $"{_app}/{channel}/{version}.zip";

    private async Task<Release> FindAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    private async Task<string?> TargetAsync(string channel) =>
        ChannelName.TryParse(channel, out var name) ? (await Catalog.FindChannelAsync(_app, name, Cancellation))?.Target?.Value : null;

    /// <summary>As a trigger does: a run that lost a race throws, and is run again.</summary>
    private async Task<IntakeResult> RetryAsync(string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _pipeline.IntakeAsync(name);
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                // Judged again from the start.
            }
        }
    }
}
