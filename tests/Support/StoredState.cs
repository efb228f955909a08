using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Access;
using Serverless.Access.Tokens;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Storage;
using Xunit;

namespace Serverless.Tests.Support;

/// <summary>What lies in a storage account, seen past the server.</summary>
internal sealed class StoredState(string connectionString)
{
    private readonly TableServiceClient _tables = new(connectionString);
    private readonly QueueServiceClient _queues = new(connectionString);
    private readonly BlobServiceClient _blobs = new(connectionString);

    public ReleaseCatalog Catalog { get; } = new(new TableServiceClient(connectionString), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static AppId Id(string app) => AppId.TryParse(app, out var id) ? id : throw new ArgumentException($"'{app}' is not an app id.", nameof(app));

    /// <summary>A token for everything, issued past the server; one that has just looked for tokens takes a few seconds to know it.</summary>
    public async Task<string> IssueTokenAsync()
    {
        var uses = new TokenUses(_tables, TimeProvider.System, NullLogger<TokenUses>.Instance);
        using var tokens = new ApiTokens(Catalog, uses, TimeProvider.System);
        var order = new TokenOrder($"test-{Guid.NewGuid():N}", Scopes.Admin);
        var (_, issued) = await new TokenAdministration(Catalog, tokens, uses, TimeProvider.System).IssueAsync("test", order, Cancellation);
        return issued!.Token!;
    }

    /// <summary>Drops a zip as any other tool would.</summary>
    public Task UploadAsync(string app, string version, byte[] zip) =>
        Blob(Containers.Uploads, $"{app}/production/{version}.zip").UploadAsync(new BinaryData(zip), overwrite: true, Cancellation);

    public async Task<IReadOnlyList<string>> ListBlobsAsync(string container, string prefix = "") =>
        await _blobs.GetBlobContainerClient(container).GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);

    public async Task<byte[]> ReadBlobAsync(string container, string name)
    {
        BlobDownloadResult blob = await Blob(container, name).DownloadContentAsync(Cancellation);
        return blob.Content.ToArray();
    }

    /// <summary>The versions of the app's release rows.</summary>
    public async Task<IReadOnlyList<string>> ListReleasesAsync(string app)
    {
        var prefix = CatalogKeys.Release(BundleVersion.Parse("0.0.0"))[..^"0.0.0".Length];
        var rows = _tables.GetTableClient(Tables.Catalog).QueryAsync<TableEntity>(row => row.PartitionKey == app, select: ["RowKey"], cancellationToken: Cancellation);
        return await rows.Select(row => row.RowKey)
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => key[prefix.Length..])
            .ToListAsync(Cancellation);
    }

    public Task<Channel?> FindProductionAsync(string app) => Catalog.FindChannelAsync(Id(app), ChannelName.Production, Cancellation);

    public Task<Release?> FindReleaseAsync(string app, string version) => Catalog.FindReleaseAsync(Id(app), BundleVersion.Parse(version), Cancellation);

    public Task<Incident?> FindIncidentAsync(string app, string version) => Catalog.FindIncidentAsync(Id(app), BundleVersion.Parse(version), Cancellation);

    // The cap and the counts take part in recording alone.
    public async Task<OutcomeTally> TallyAsync(string app, string version) =>
        (await new OutcomeStore(_tables, offers: null!, narrowings: null!, cap: null!, usage: null!, TimeProvider.System, Options.Create(new EvidenceOptions()))
            .TallyAsync(Id(app), BundleVersion.Parse(version), Cancellation)).Total;

    /// <summary>The app's ledger as "kind subject" lines, once its chain has been followed from the first row to the last.</summary>
    public async Task<IReadOnlyList<string>> ReadLedgerAsync(string app) =>
        [.. (await ReadChainAsync(app)).Select(row => row.Read()).Select(entry => $"{entry.Kind} {entry.Subject}")];

    /// <summary>The rows of the app's ledger, in their order.</summary>
    /// <exception cref="InvalidDataException">The chain is broken; the message says where.</exception>
    public async Task<IReadOnlyList<LedgerRow>> ReadChainAsync(string app)
    {
        var rows = await Catalog.ReadLedgerAsync(Id(app), Cancellation).ToListAsync(Cancellation);
        var previous = LedgerRow.Genesis;
        foreach (var (index, row) in rows.Index())
        {
            if (row.Number != index + 1 || !row.Follows(previous))
            {
                throw new InvalidDataException($"Row {row.Number} of the ledger of {app} does not follow the row before it.");
            }

            previous = row.Hash;
        }

        return rows;
    }

    /// <summary>Waits until nothing is left to do: the drop zone and all queues are empty, and every dropped zip's receipt is done.</summary>
    public async Task WaitUntilIdleAsync(TimeSpan? patience = null)
    {
        var unfinished = "";
        try
        {
            await Eventually.True(async () => (unfinished = await FindUnfinishedAsync()).Length == 0, "", patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The server should have nothing left to do, and there is still {unfinished}.");
        }
    }

    /// <summary>The queues by name, with how many messages each holds, hidden ones included.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountMessagesAsync()
    {
        var counts = new Dictionary<string, int>();
        await foreach (var queue in _queues.GetQueuesAsync(cancellationToken: Cancellation))
        {
            QueueProperties properties = await _queues.GetQueueClient(queue.Name).GetPropertiesAsync(Cancellation);
            counts[queue.Name] = properties.ApproximateMessagesCount;
        }

        return counts;
    }

    /// <summary>What is left to do, in words.</summary>
    /// <returns>Empty when there is nothing.</returns>
    public async Task<string> FindUnfinishedAsync()
    {
        // While zips lie there one question is enough: what watches the server must not keep it from its work.
        var dropped = await ListBlobsAsync(Containers.Uploads);
        if (dropped.Count > 0)
        {
            return string.Join(", ", dropped);
        }

        var host = _blobs.GetBlobContainerClient("serverless-host");
        if (!await host.ExistsAsync(Cancellation))
        {
            // Made by the first look, a moment after the server listens.
            return "a drop zone that no server has looked into";
        }

        var receipts = host.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, "blob-receipts/", Cancellation);
        string[] unfinished =
        [
            .. (await CountMessagesAsync()).Where(queue => queue.Value > 0).Select(queue => $"{queue.Value} messages in {queue.Key}"),
            .. await receipts.Where(receipt => receipt.Metadata["state"] != "Done").Select(receipt => $"{receipt.Name}, {receipt.Metadata["state"]}").ToListAsync(Cancellation),
        ];
        return string.Join(", ", unfinished);
    }

    private BlobClient Blob(string container, string name) => _blobs.GetBlobContainerClient(container).GetBlobClient(name);
}
