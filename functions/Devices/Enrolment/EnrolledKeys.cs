using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Storage;

namespace Serverless.Devices.Enrolment;

/// <summary>
/// Keys that devices enrolled and codes to enrol them with, in one partition an app: a code is gone in the transaction that brings its key. What
/// was read of a key is kept in memory, because an id stands for one key for ever; what ends it is a new number of revocations.
/// </summary>
internal sealed class EnrolledKeys(TableServiceClient tables) : IDisposable
{
    private const string Document = nameof(Document);
    private const long Capacity = 100_000;
    private const int MaxForgotten = 100;

    private static readonly TimeSpan Idle = TimeSpan.FromHours(6);

    private readonly TableClient _table = tables.GetTableClient(Tables.DeviceKeys);
    private readonly SharedCache<(AppId App, string Id, int Revocations), byte[]?> _known = new(Capacity, Idle);

    /// <summary>The public key behind an id, by one read for each id and number of revocations.</summary>
    /// <param name="app">The app.</param>
    /// <param name="id">As a device sent it, and as this deployment made it.</param>
    /// <param name="revocations">How often the app's keys were revoked.</param>
    /// <returns>SubjectPublicKeyInfo in DER; null when the key was revoked or replaced.</returns>
    public ValueTask<byte[]?> FindAsync(AppId app, DeviceKeyId id, int revocations) => _known.GetAsync(
        (app, id.Text, revocations),
        size: 1,
        async () => await ReadKeyAsync(new DeviceIdentity(app, id.Device), CancellationToken.None) is ({ RevokedAt: null } key, _) && key.Fingerprint == id.Fingerprint
            ? Convert.FromBase64String(key.PublicKey)
            : null);

    /// <returns>Null without a key.</returns>
    public Task<(EnrolledKey? Key, ETag ETag)> ReadKeyAsync(DeviceIdentity device, CancellationToken cancellation) =>
        ReadAsync(device.App, DeviceKeyRows.Key(device.Device), PipelineJson.Default.EnrolledKey, cancellation);

    public Task<(EnrolmentCode? Code, ETag ETag)> ReadCodeAsync(AppId app, string hash, CancellationToken cancellation) =>
        ReadAsync(app, DeviceKeyRows.Code(hash), PipelineJson.Default.EnrolmentCode, cancellation);

    /// <summary>Whether somebody revoked this key, whichever device had it and whether or not that device is forgotten.</summary>
    public Task<bool> IsRevokedAsync(AppId app, string fingerprint, CancellationToken cancellation) => StorageDeadline.BoundAsync(
        async token => (await _table.GetEntityIfExistsAsync<TableEntity>(app.Value, DeviceKeyRows.Revoked(fingerprint), cancellationToken: token)).HasValue, cancellation);

    /// <summary>Writes that a key is good no more where it was read, and beside it that nobody may enrol this key again.</summary>
    /// <returns>False when somebody else was faster.</returns>
    public Task<bool> TryRevokeAsync(DeviceIdentity device, EnrolledKey revoked, ETag before, CancellationToken cancellation) => TryWriteAsync(
        device,
        revoked,
        before,
        new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(device.App.Value, DeviceKeyRows.Revoked(revoked.Fingerprint))),
        cancellation);

    /// <summary>Writes a key where it was read, and uses up the code.</summary>
    /// <param name="device">The device.</param>
    /// <param name="key">Its key.</param>
    /// <param name="before">Of the key that was read; null when there was none.</param>
    /// <param name="code">The code that is used up, as it was read.</param>
    /// <param name="cancellation">Gives up; it may have been written all the same.</param>
    /// <returns>False when somebody else was faster.</returns>
    public Task<bool> TryWriteAsync(DeviceIdentity device, EnrolledKey key, ETag? before, (EnrolmentCode Code, ETag ETag)? code, CancellationToken cancellation) => TryWriteAsync(
        device,
        key,
        before,
        code is var (used, etag) ? new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(device.App.Value, DeviceKeyRows.Code(used.Hash)), etag) : null,
        cancellation);

    /// <summary>Keeps codes, all or none, and forgets some that were never used.</summary>
    public async Task AddCodesAsync(AppId app, IEnumerable<EnrolmentCode> codes, DateTimeOffset now, CancellationToken cancellation)
    {
        await _table.SubmitTransactionAsync(
            codes.Select(code => new TableTransactionAction(
                TableTransactionActionType.Add, Row(app, DeviceKeyRows.Code(code.Hash), code, PipelineJson.Default.EnrolmentCode))),
            cancellation);
        var (from, end) = DeviceKeyRows.Codes;
        await foreach (var row in _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {app.Value} and RowKey ge {from} and RowKey lt {end} and Timestamp lt {now - EnrolmentOrder.MaxLife}"),
            maxPerPage: MaxForgotten, cancellationToken: cancellation).Take(MaxForgotten))
        {
            await _table.DeleteEntityAsync(row, ETag.All, cancellation);
        }
    }

    /// <summary>The codes that only this device may use, expired ones too. Reads all of the app's codes.</summary>
    public async Task<ImmutableArray<EnrolmentCode>> FindCodesAsync(DeviceIdentity device, CancellationToken cancellation)
    {
        var (from, end) = DeviceKeyRows.Codes;
        var codes = ImmutableArray.CreateBuilder<EnrolmentCode>();
        await foreach (var row in _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {device.App.Value} and RowKey ge {from} and RowKey lt {end}"), cancellationToken: cancellation))
        {
            var code = JsonSerializer.Deserialize(row.GetString(Document), PipelineJson.Default.EnrolmentCode)!;
            if (code.Device == device.Device)
            {
                codes.Add(code);
            }
        }

        return codes.ToImmutable();
    }

    /// <summary>Idempotent.</summary>
    public async Task RemoveCodesAsync(AppId app, IEnumerable<EnrolmentCode> codes, CancellationToken cancellation)
    {
        foreach (var code in codes)
        {
            await _table.DeleteEntityAsync(app.Value, DeviceKeyRows.Code(code.Hash), ETag.All, cancellation);
        }
    }

    /// <summary>Forgets the device's key. That it was revoked is kept, without the device. Idempotent.</summary>
    public Task RemoveKeyAsync(DeviceIdentity device, CancellationToken cancellation) =>
        _table.DeleteEntityAsync(device.App.Value, DeviceKeyRows.Key(device.Device), ETag.All, cancellation);

    public void Dispose() => _known.Dispose();

    private async Task<bool> TryWriteAsync(DeviceIdentity device, EnrolledKey key, ETag? before, TableTransactionAction? beside, CancellationToken cancellation)
    {
        var row = Row(device.App, DeviceKeyRows.Key(device.Device), key, PipelineJson.Default.EnrolledKey);
        var actions = new List<TableTransactionAction>
        {
            new(before is null ? TableTransactionActionType.Add : TableTransactionActionType.UpdateReplace, row, before ?? default),
        };
        if (beside is not null)
        {
            actions.Add(beside);
        }

        try
        {
            await StorageDeadline.BoundAsync(token => _table.SubmitTransactionAsync(actions, token), cancellation);
            return true;
        }
        catch (RequestFailedException e) when (StorageFault.IsConflict(e) || StorageFault.IsMissing(e))
        {
            return false;
        }
    }

    private async Task<(T? Record, ETag ETag)> ReadAsync<T>(AppId app, string row, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var found = await StorageDeadline.BoundAsync(token => _table.GetEntityIfExistsAsync<TableEntity>(app.Value, row, cancellationToken: token), cancellation);
        return found.HasValue ? (JsonSerializer.Deserialize(found.Value!.GetString(Document), type), found.Value.ETag) : (null, default);
    }

    private static TableEntity Row<T>(AppId app, string row, T record, JsonTypeInfo<T> type) =>
        new(app.Value, row) { [Document] = JsonSerializer.Serialize(record, type) };
}
