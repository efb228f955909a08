using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Errors;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Signing;
using Serverless.Statistics;
using Serverless.Storage;

namespace Serverless.Tests.EndToEnd.Scale;

/// <summary>
/// Fills an app as years and a fleet would, straight into storage: releases, channels and their ledger by the catalog, devices by rows that are as the server
/// writes them. A release that a channel is to lead to is signed, with the server's own key; its bundle is not there.
/// </summary>
internal sealed class GeneratedStore(string connectionString, AppId app, ISigningKey key)
{
    /// <summary>Of the devices.</summary>
    public const string NativeBuild = "1.0.0-rc.1";

    // Three rows a release, of a transaction's hundred.
    private const int ReleasesAtOnce = 30;
    private const int ChannelsAtOnce = 40;
    private const int RowsAtOnce = 100;
    private const int Writers = 4;

    // At least so many count as good, whatever rows there are: otherwise the failures that are measured would decide against a release of a small app.
    private const int TalliedInShard = 10_000;

    private static readonly DateTimeOffset Begun = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TableServiceClient _tables = new(connectionString);
    private readonly BundleStore _bundles = new(new BlobServiceClient(connectionString), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => new(_tables, TimeProvider.System);

    /// <summary>Adds releases 0.1.0, 0.2.0 and so on.</summary>
    /// <param name="first">The minor version of the first one.</param>
    /// <param name="count">How many.</param>
    /// <param name="signed">How many of them, from the first, channels may lead to.</param>
    public async Task AddReleasesAsync(int first, int count, int signed = 0)
    {
        foreach (var some in Enumerable.Range(first, count).Chunk(ReleasesAtOnce))
        {
            await Catalog.ChangeAsync(
                app,
                async (state, _) =>
                {
                    var releases = await Task.WhenAll(some.Select((number, place) => ReleaseAsync(number, state.Sequence + place + 1, number < first + signed)));
                    return new CatalogChange { Releases = [.. releases], Ledger = [.. releases.Select(release => ReleaseEntries.Published(release, "scale"))] };
                },
                Cancellation);
        }
    }

    /// <summary>
    /// Adds channels as an operator has them who has one for each customer: chosen by name, each at a release of its own and with some behind it, every
    /// other one for production builds of one platform only.
    /// </summary>
    /// <param name="first">Number of the first one: it leads to the release of that minor version, which must be signed.</param>
    /// <param name="count">How many.</param>
    public async Task AddChannelsAsync(int first, int count)
    {
        foreach (var some in Enumerable.Range(first, count).Chunk(ChannelsAtOnce))
        {
            await Catalog.ChangeAsync(
                app,
                (state, _) => Task.FromResult<CatalogChange?>(new CatalogChange
                {
                    Channels = [.. some.Select((number, place) => Customer(number, state.ChannelCount + place + 1))],
                    Ledger = [.. some.Select(number => new LedgerEntry(LedgerKind.ChannelCreated, "scale", ChannelOf(number), "chosen by name"))],
                }),
                Cancellation);
        }
    }

    /// <summary>The name of a channel that was added.</summary>
    public static string ChannelOf(int number) => $"customer-{number:D4}";

    /// <summary>Adds acts that change nothing.</summary>
    public async Task AddLedgerAsync(int count)
    {
        var act = new LedgerEntry(LedgerKind.ReleasePromoted, "scale", "0.1.0", "to channel production");
        foreach (var some in Enumerable.Repeat(act, count).Chunk(RowsAtOnce - 1))
        {
            await Catalog.ChangeAsync(app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [.. some] }), Cancellation);
        }
    }

    /// <summary>Adds devices that were offered a release and are happy with it, and the channel that each of them chose.</summary>
    /// <param name="version">The release.</param>
    /// <param name="first">Number of the first device.</param>
    /// <param name="count">How many.</param>
    public async Task AddDevicesAsync(string version, int first, int count)
    {
        var release = new TallyKey(app, BundleVersion.Parse(version));
        var cells = DeviceCells.Of("android", NativeBuild, "8.51.23", "14");
        var outcome = DeviceOutcome.Unknown with { OfferedAt = Begun, Exposed = true, Cells = cells, Verdict = Verdict.Good, InstalledAt = Begun, FirstRanAt = Begun };
        foreach (var shard in Enumerable.Range(first, count).Select(Device).GroupBy(OutcomeKeys.Shard).OrderBy(shard => shard.Key, StringComparer.Ordinal))
        {
            var partition = OutcomeKeys.Partition(release, shard.Key);
            var counted = Math.Max(TalliedInShard, shard.Count());
            var tally = ReleaseTally.Zero.Add(new OutcomeTally(counted, counted, 0, 0), cells, "");
            await _tables.GetTableClient(Tables.Outcomes).UpsertEntityAsync(OutcomeRows.Write(partition, OutcomeKeys.Tally, tally, default), TableUpdateMode.Replace, Cancellation);
            await AddAsync(Tables.Outcomes, shard.Select(device => OutcomeRows.Write(partition, OutcomeKeys.Device(device), outcome, default)));
            await AddAsync(
                Tables.ChannelOverrides,
                shard.Where((_, place) => place % 10 == 0).Select(device => new TableEntity(OverrideKeys.Partition(app, device), OverrideKeys.Device(device)) { ["Channel"] = "beta" }));
        }
    }

    /// <summary>Adds kinds of errors to a release, as many as it may have.</summary>
    public Task AddErrorsAsync(string version) => AddAsync(
        Tables.ErrorGroups,
        Enumerable.Range(0, ErrorGroups.MaxGroups).Select(number => ErrorRows.Write(
            app,
            ErrorGroup.New(new ErrorKind(BundleVersion.Parse(version), "app_crash", new DeviceCells("android", "1.0.0", "8", "14"), $"Error {number}"), Begun).Add(Device(number), Begun),
            default)));

    /// <summary>Adds hours until now in which devices of each platform ran releases.</summary>
    public async Task AddStatisticsAsync(int hours, int versions)
    {
        var usage = new UsageStore(_tables);
        var frame = UsageFrame.Empty;
        foreach (var number in Enumerable.Range(1, versions))
        {
            foreach (var platform in new[] { "android", "ios" })
            {
                frame = frame.Add(new SeriesKey($"0.{number}.0", platform), new Measures([.. Measures.All.Select(measure => (long)measure + 1)]));
            }
        }

        var now = DateTimeOffset.UtcNow;
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, hours),
            new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancellation },
            async (ago, token) => await usage.PutAsync(app, TimeStep.Hour, hour.AddHours(-ago), "", frame, token));
    }

    // None of them is there yet: the emulator finds that out with a third of the work of putting one in the place of another.
    private async Task AddAsync(string table, IEnumerable<TableEntity> rows) => await Parallel.ForEachAsync(
        rows.Chunk(RowsAtOnce),
        new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancellation },
        async (some, token) => await _tables.GetTableClient(table).SubmitTransactionAsync(some.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), token));

    private static Channel Customer(int number, int id) => Channel.New(Name(ChannelOf(number)), id) with
    {
        Target = Version(number),
        History = [.. Enumerable.Range(1, 3).Select(ago => number - ago).Where(before => before > 0).Select(Version)],
        Policy = number % 2 == 0 ? ChannelPolicy.Default : ChannelPolicy.Default with { Versions = VersionPolicy.Minor, Ios = number % 4 == 1, Dev = false, Emulator = false },
    };

    private static ChannelName Name(string name) => ChannelName.TryParse(name, out var parsed) ? parsed : throw new FormatException(name);

    private static BundleVersion Version(int number) => BundleVersion.Parse($"0.{number}.0");

    private async Task<Release> ReleaseAsync(int number, long sequence, bool isSigned)
    {
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes($"{number}"));
        var release = new Release
        {
            Version = Version(number),
            Sequence = sequence,
            UploadSha256 = digest,
            Zip = new BundleDigests(digest, "00c0ffee", Size: 1_000_000),
            SignedForms = [],
            FileCount = 100,
            CreatedAt = Begun.AddHours(number),
            Notes = new BundleNotes("What is new in it, in a sentence or two for people."),
        };
        return isSigned ? await SignAsync(release) : release;
    }

    private async Task<Release> SignAsync(Release release)
    {
        var form = new SignedForm
        {
            KeyId = key.PublicKey.KeyId,
            SessionKey = "AAAAAAAAAAAAAAAAAAAAAA==:AAAA",
            Checksum = new string('0', 512),
            LegacyChecksum = "AAAA",
            CiphertextSha256 = release.Zip.Sha256,
            CiphertextSize = release.Zip.Size,
        };
        var document = await ReleaseDocument.Of(app, release, form).SignAsync(key, Cancellation);
        var digest = Sha256Digest.Of(document);
        using var content = new MemoryStream(document);
        await _bundles.PutAsync(BundleBlobs.Document(app, release.Version, digest), content, "application/jose", Cancellation);
        return release with { SignedForms = [form with { Document = digest }] };
    }

    private static DevicePseudonym Device(int number) =>
        DevicePseudonym.TryParse(Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16)), out var device) ? device : throw new FormatException($"{number}");
}
