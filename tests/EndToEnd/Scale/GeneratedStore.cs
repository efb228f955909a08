using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Devices;
using Serverless.Errors;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Statistics;
using Serverless.Storage;

namespace Serverless.Tests.EndToEnd.Scale;

/// <summary>
/// Fills an app as years and a fleet would, straight into the tables: releases and their ledger by the catalog, devices by rows that are as the server writes
/// them. No channel leads to what is generated.
/// </summary>
internal sealed class GeneratedStore(string connectionString, AppId app)
{
    // Three rows a release, of a transaction's hundred.
    private const int ReleasesAtOnce = 30;
    private const int RowsAtOnce = 100;
    private const int Writers = 4;

    private static readonly DateTimeOffset Begun = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TableServiceClient _tables = new(connectionString);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => new(_tables, TimeProvider.System);

    /// <summary>Adds releases 0.1.0, 0.2.0 and so on.</summary>
    /// <param name="first">The minor version of the first one.</param>
    /// <param name="count">How many.</param>
    public async Task AddReleasesAsync(int first, int count)
    {
        foreach (var some in Enumerable.Range(first, count).Chunk(ReleasesAtOnce))
        {
            await Catalog.ChangeAsync(
                app,
                (state, _) =>
                {
                    Release[] releases = [.. some.Select((number, place) => Release(number, state.Sequence + place + 1))];
                    return Task.FromResult<CatalogChange?>(new CatalogChange { Releases = [.. releases], Ledger = [.. releases.Select(release => ReleaseEntries.Published(release, "scale"))] });
                },
                Cancellation);
        }
    }

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
        var key = new TallyKey(app, BundleVersion.Parse(version));
        var cells = new DeviceCells("android", "1.0.0", "8", "14");
        var outcome = DeviceOutcome.Unknown with { OfferedAt = Begun, Exposed = true, Cells = cells, Verdict = Verdict.Good, InstalledAt = Begun, FirstRanAt = Begun };
        var shards = Enumerable.Range(first, count).Select(Device).GroupBy(OutcomeKeys.Shard);
        foreach (var shard in shards)
        {
            var partition = OutcomeKeys.Partition(key, shard.Key);
            var tally = ReleaseTally.Zero.Add(new OutcomeTally(shard.Count(), shard.Count(), 0, 0), cells, "");
            await WriteAsync(
                Tables.Outcomes,
                shard.Select(device => OutcomeRows.Write(partition, OutcomeKeys.Device(device), outcome, default)).Append(OutcomeRows.Write(partition, OutcomeKeys.Tally, tally, default)));
            await WriteAsync(
                Tables.ChannelOverrides,
                shard.Where((_, place) => place % 10 == 0).Select(device => new TableEntity(OverrideKeys.Partition(app, device), OverrideKeys.Device(device)) { ["Channel"] = "beta" }));
        }
    }

    /// <summary>Adds kinds of errors to a release, as many as it may have.</summary>
    public Task AddErrorsAsync(string version) => WriteAsync(
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

    private async Task WriteAsync(string table, IEnumerable<TableEntity> rows) => await Parallel.ForEachAsync(
        rows.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(RowsAtOnce)),
        new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancellation },
        async (some, token) =>
            await _tables.GetTableClient(table).SubmitTransactionAsync(some.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), token));

    private static Release Release(int number, long sequence)
    {
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes($"{number}"));
        return new Release
        {
            Version = BundleVersion.Parse($"0.{number}.0"),
            Sequence = sequence,
            UploadSha256 = digest,
            Zip = new BundleDigests(digest, "00c0ffee", Size: 1_000_000),
            SignedForms = [],
            FileCount = 100,
            CreatedAt = Begun.AddHours(number),
            Notes = new BundleNotes("What is new in it, in a sentence or two for people."),
        };
    }

    private static DevicePseudonym Device(int number) =>
        DevicePseudonym.TryParse(Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16)), out var device) ? device : throw new FormatException($"{number}");
}
