using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Serverless.Access.Tokens;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Notices;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Storage;

namespace Serverless.Releases;

/// <summary>
/// Apps, channels, releases, approvals, incidents, notices, keys, tokens and their ledger, in Table Storage. Everything of an app is one partition, and every change is one
/// transaction that also replaces the app's row under the ETag that was read: writers of an app take turns, a change is never half done, and
/// an act without its ledger row cannot exist.
/// </summary>
internal sealed class ReleaseCatalog(TableServiceClient tables, TimeProvider time)
{
    private const int MaxAttempts = 20;
    private const int MaxAppsListed = 1_000;

    private readonly TableClient _table = tables.GetTableClient(Tables.Catalog);
    private readonly RecentEntries<AppId, ListedChannels> _channels = new(MaxAppsListed);

    /// <returns>The app's counters, or those of an app that does not exist yet.</returns>
    public Task<AppState> ReadAppAsync(AppId app, CancellationToken cancellation) => ReadStateAsync(app.Value, cancellation);

    public Task<Release?> FindReleaseAsync(AppId app, BundleVersion version, CancellationToken cancellation) =>
        FindAsync(app, CatalogKeys.Release(version), PipelineJson.Default.Release, cancellation);

    /// <summary>The app's releases, newest first. Reads no further than it is enumerated, a page at a time.</summary>
    /// <param name="app">The app.</param>
    /// <param name="before">Only releases of a lower sequence; null for all.</param>
    /// <param name="pageSize">How many are read at once.</param>
    /// <param name="cancellation">Gives up.</param>
    public IAsyncEnumerable<ReleaseSummary> ListReleasesAsync(AppId app, long? before, int pageSize, CancellationToken cancellation)
    {
        var (from, end) = (before is { } sequence ? CatalogKeys.Summary(sequence) : CatalogKeys.SummaryPrefix, CatalogKeys.SummaryPrefix[..^1] + ';');
        return _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {app.Value} and RowKey gt {from} and RowKey lt {end}"), pageSize, cancellationToken: cancellation)
            .Select(row => CatalogRows.Read(row, PipelineJson.Default.ReleaseSummary));
    }

    /// <summary>Every release of the app, collected ones too, in no order that means anything.</summary>
    public IAsyncEnumerable<Release> ReadReleasesAsync(AppId app, CancellationToken cancellation) =>
        QueryAsync(app.Value, CatalogKeys.ReleasePrefix, cancellation).Select(row => CatalogRows.Read(row, PipelineJson.Default.Release));

    public Task<Channel?> FindChannelAsync(AppId app, ChannelName name, CancellationToken cancellation) =>
        FindAsync(app, CatalogKeys.Channel(name), PipelineJson.Default.Channel, cancellation);

    public Task<ApprovalRequest?> FindApprovalAsync(AppId app, ChannelName channel, BundleVersion version, CancellationToken cancellation) =>
        FindAsync(app, CatalogKeys.Approval(channel, version), PipelineJson.Default.ApprovalRequest, cancellation);

    public Task<Incident?> FindIncidentAsync(AppId app, BundleVersion version, CancellationToken cancellation) =>
        FindAsync(app, CatalogKeys.Incident(version), PipelineJson.Default.Incident, cancellation);

    public Task<Pin?> FindPinAsync(AppId app, DevicePseudonym device, CancellationToken cancellation) =>
        FindAsync(app, CatalogKeys.Pin(device), PipelineJson.Default.Pin, cancellation);

    /// <returns>What the app asks of its devices: nothing, when it was never told otherwise.</returns>
    public async Task<DeviceAuthentication> ReadAuthenticationAsync(AppId app, CancellationToken cancellation) =>
        await FindAsync(app, CatalogKeys.Authentication, PipelineJson.Default.DeviceAuthentication, cancellation) ?? DeviceAuthentication.Anonymous;

    public Task<Notice?> FindNoticeAsync(AppId app, string id, CancellationToken cancellation) =>
        FindAsync(app, CatalogKeys.Notice(id), PipelineJson.Default.Notice, cancellation);

    public Task<ImmutableArray<Notice>> ListNoticesAsync(AppId app, CancellationToken cancellation) =>
        ListAsync(app.Value, CatalogKeys.NoticePrefix, PipelineJson.Default.Notice, cancellation);

    public Task<ImmutableArray<Incident>> ListIncidentsAsync(AppId app, CancellationToken cancellation) =>
        ListAsync(app.Value, CatalogKeys.IncidentPrefix, PipelineJson.Default.Incident, cancellation);

    public Task<ImmutableArray<ApprovalRequest>> ListApprovalsAsync(AppId app, CancellationToken cancellation) =>
        ListAsync(app.Value, CatalogKeys.ApprovalPrefix, PipelineJson.Default.ApprovalRequest, cancellation);

    /// <summary>
    /// The app's channels as they are now. Reads one row while the app has not changed since this instance listed them: each report of a failure asks for
    /// them, and an app may have a thousand.
    /// </summary>
    public async Task<ImmutableArray<Channel>> ListChannelsAsync(AppId app, CancellationToken cancellation) =>
        await ListChannelsAsync(app, await ReadAppAsync(app, cancellation), cancellation);

    /// <summary>The same for callers that have just read the app's counters: the channels as they were then, or later.</summary>
    public async Task<ImmutableArray<Channel>> ListChannelsAsync(AppId app, AppState state, CancellationToken cancellation)
    {
        if (state.ETag is { } known && _channels.TryGet(app, out var listed) && listed!.AppETag == known)
        {
            return listed.Channels;
        }

        // What is listed after the counters were read is at least that new, and a later change shows as another ETag.
        var channels = await ListAsync(app.Value, CatalogKeys.ChannelPrefix, PipelineJson.Default.Channel, cancellation);
        if (state.ETag is { } read)
        {
            _channels.Set(app, new ListedChannels(read, channels));
        }

        return channels;
    }

    public Task<ImmutableArray<Pin>> ListPinsAsync(AppId app, CancellationToken cancellation) =>
        ListAsync(app.Value, CatalogKeys.PinPrefix, PipelineJson.Default.Pin, cancellation);

    /// <param name="app">The app; null for the keys of all apps.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<ImmutableArray<KnownKey>> ListKeysAsync(AppId? app, CancellationToken cancellation) =>
        ListAsync(app?.Value ?? CatalogKeys.SystemPartition, CatalogKeys.KeyPrefix, PipelineJson.Default.KnownKey, cancellation);

    public Task<ImmutableArray<ApiToken>> ListTokensAsync(CancellationToken cancellation) =>
        ListAsync(CatalogKeys.SystemPartition, CatalogKeys.TokenPrefix, PipelineJson.Default.ApiToken, cancellation);

    /// <summary>The counters of what belongs to all apps.</summary>
    public Task<AppState> ReadAllAppsAsync(CancellationToken cancellation) => ReadStateAsync(CatalogKeys.SystemPartition, cancellation);

    /// <summary>Every app with its counters, in the order of their ids. Costs one small read an app: an app's row is the first of its partition.</summary>
    public IAsyncEnumerable<(AppId App, AppState State)> ListAppsAsync(CancellationToken cancellation) => ListAppsAsync("", cancellation);

    /// <summary>The same for ids behind the given text.</summary>
    public async IAsyncEnumerable<(AppId App, AppState State)> ListAppsAsync(string behind, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var last = behind; ;)
        {
            var after = TableClient.CreateQueryFilter($"PartitionKey gt {last}");
            if (await _table.QueryAsync<TableEntity>(after, maxPerPage: 1, cancellationToken: cancellation).FirstOrDefaultAsync(cancellation) is not { } row)
            {
                yield break;
            }

            last = row.PartitionKey;
            if (AppId.TryParse(last, out var app) && row.RowKey == CatalogKeys.App)
            {
                yield return (app, CatalogRows.ReadState(row));
            }
        }
    }

    /// <summary>The app's ledger from its first row.</summary>
    public IAsyncEnumerable<LedgerRow> ReadLedgerAsync(AppId app, CancellationToken cancellation) =>
        QueryAsync(app.Value, CatalogKeys.LedgerPrefix, cancellation).Select(CatalogRows.ReadLedger);

    /// <summary>Decides on a change and commits it; when somebody else changed the app meanwhile, reads and decides again.</summary>
    /// <param name="app">The app; it is created by its first change.</param>
    /// <param name="decide">Makes the change from the app as it is now, or null for none. Called again after a conflict.</param>
    /// <param name="cancellation">Gives up between attempts; a commit that was sent may still take effect.</param>
    /// <returns>True when a change was committed.</returns>
    public Task<bool> ChangeAsync(AppId app, Func<AppState, CancellationToken, Task<CatalogChange?>> decide, CancellationToken cancellation) =>
        ChangeAsync(app.Value, decide, cancellation);

    /// <summary>The same for what belongs to all apps.</summary>
    public Task<bool> ChangeForAllAppsAsync(Func<AppState, CancellationToken, Task<CatalogChange?>> decide, CancellationToken cancellation) =>
        ChangeAsync(CatalogKeys.SystemPartition, decide, cancellation);

    /// <summary>Records an act that belongs to no known app, once for each digest.</summary>
    public Task RecordAsync(LedgerEntry entry, Sha256Digest once, CancellationToken cancellation) => ChangeAsync(
        CatalogKeys.SystemPartition,
        (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [entry], Once = once }),
        cancellation);

    private async Task<bool> ChangeAsync(
        string partition, Func<AppState, CancellationToken, Task<CatalogChange?>> decide, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = await ReadStateAsync(partition, cancellation);
            if (await decide(state, cancellation) is not { } change
                || (change.Once is { } once && await ExistsAsync(partition, CatalogKeys.Once(once), cancellation)))
            {
                return false;
            }

            try
            {
                await _table.SubmitTransactionAsync(Actions(partition, state, change), cancellation);
                return true;
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                // Jitter keeps writers that collided from colliding again.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(10, 20 * attempt)), time, cancellation);
            }
        }
    }

    private List<TableTransactionAction> Actions(string partition, AppState state, CatalogChange change)
    {
        var ledger = Chain(state, change.Ledger);
        var next = state with
        {
            Sequence = change.Releases.Select(release => release.Sequence).Append(state.Sequence).Max(),
            ChannelCount = change.Channels.Select(channel => channel.Id).Append(state.ChannelCount).Max(),
            Revision = state.Revision + 1,
            Changes = state.Changes.Add(state.Revision + 1, change.Releases.Select(release => release.Version)),
            LedgerCount = state.LedgerCount + ledger.Length,
            LedgerHead = ledger.Length > 0 ? ledger[^1].Hash : state.LedgerHead,
        };

        // The app's row guards the transaction, so the rows beside it need no ETag of their own.
        var rows = new List<TableEntity>();
        rows.AddRange(change.Releases.Select(release => CatalogRows.Write(partition, CatalogKeys.Release(release.Version), release, PipelineJson.Default.Release)));
        rows.AddRange(change.Releases.Select(release =>
            CatalogRows.Write(partition, CatalogKeys.Summary(release.Sequence), ReleaseSummary.Of(release), PipelineJson.Default.ReleaseSummary)));
        rows.AddRange(change.Channels.Select(channel => CatalogRows.Write(partition, CatalogKeys.Channel(channel.Name), channel, PipelineJson.Default.Channel)));
        rows.AddRange(change.Approvals.Select(request => CatalogRows.Write(partition, CatalogKeys.Approval(request.Channel, request.Version), request, PipelineJson.Default.ApprovalRequest)));
        rows.AddRange(change.Keys.Select(key => CatalogRows.Write(partition, CatalogKeys.Key(key.KeyId), key, PipelineJson.Default.KnownKey)));
        rows.AddRange(change.Notices.Select(notice => CatalogRows.Write(partition, CatalogKeys.Notice(notice.Id), notice, PipelineJson.Default.Notice)));
        rows.AddRange(change.Tokens.Select(token => CatalogRows.Write(partition, CatalogKeys.Token(token.Name), token, PipelineJson.Default.ApiToken)));
        if (change.Authentication is { } authentication)
        {
            rows.Add(CatalogRows.Write(partition, CatalogKeys.Authentication, authentication, PipelineJson.Default.DeviceAuthentication));
        }

        if (change.Pin is { } pin)
        {
            rows.Add(CatalogRows.Write(partition, CatalogKeys.Pin(pin.Device), pin, PipelineJson.Default.Pin));
        }

        if (change.Incident is { } incident)
        {
            rows.Add(CatalogRows.Write(partition, CatalogKeys.Incident(incident.Version), incident, PipelineJson.Default.Incident));
        }

        return
        [
            new(state.Exists ? TableTransactionActionType.UpdateReplace : TableTransactionActionType.Add, CatalogRows.Write(partition, next), state.ETag ?? default),
            .. rows.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)),
            .. change.ForgottenNotices.Select(CatalogKeys.Notice).Concat(change.ForgottenTokens.Select(CatalogKeys.Token)).Select(row =>
                new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, row), ETag.All)),
            .. ledger.Select(row => new TableTransactionAction(TableTransactionActionType.Add, CatalogRows.Write(partition, row))),
            .. change.Unpinned is { } device
                ? [new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, CatalogKeys.Pin(device)) { ETag = ETag.All })]
                : Array.Empty<TableTransactionAction>(),
            .. change.Once is { } once
                ? [new TableTransactionAction(TableTransactionActionType.Add, new TableEntity(partition, CatalogKeys.Once(once)))]
                : Array.Empty<TableTransactionAction>(),
        ];
    }

    private ImmutableArray<LedgerRow> Chain(AppState state, ImmutableArray<LedgerEntry> entries)
    {
        var at = time.GetUtcNow();
        var head = state.LedgerHead;
        var rows = ImmutableArray.CreateBuilder<LedgerRow>(entries.Length);
        foreach (var entry in entries)
        {
            var row = LedgerRow.Chain(entry, state.LedgerCount + rows.Count + 1, head, at);
            rows.Add(row);
            head = row.Hash;
        }

        return rows.MoveToImmutable();
    }

    private async Task<AppState> ReadStateAsync(string partition, CancellationToken cancellation)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition, CatalogKeys.App, cancellationToken: cancellation);
        return found.HasValue ? CatalogRows.ReadState(found.Value!) : new AppState();
    }

    private async Task<T?> FindAsync<T>(AppId app, string row, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(app.Value, row, cancellationToken: cancellation);
        return found.HasValue ? CatalogRows.Read(found.Value!, type) : null;
    }

    private async Task<ImmutableArray<T>> ListAsync<T>(string partition, string rowPrefix, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var records = ImmutableArray.CreateBuilder<T>();
        await foreach (var row in QueryAsync(partition, rowPrefix, cancellation))
        {
            records.Add(CatalogRows.Read(row, type));
        }

        return records.ToImmutable();
    }

    private async Task<bool> ExistsAsync(string partition, string row, CancellationToken cancellation) =>
        (await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, [nameof(TableEntity.RowKey)], cancellation)).HasValue;

    private AsyncPageable<TableEntity> QueryAsync(string partition, string rowPrefix, CancellationToken cancellation)
    {
        // Row keys with the prefix lie between it and the prefix with its last character, a colon, raised by one.
        var after = rowPrefix[..^1] + ';';
        return _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {rowPrefix} and RowKey lt {after}"), cancellationToken: cancellation);
    }

    private sealed record ListedChannels(ETag AppETag, ImmutableArray<Channel> Channels);
}
