using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Storage;

namespace Serverless.Channels;

/// <summary>
/// The channels that devices chose, for plugins before 5.34, 6.34 and 7.34, which do not keep the choice themselves. Newer ones send theirs
/// with every request and cost nothing here.
/// </summary>
internal sealed class ChannelOverrides(TableServiceClient tables)
{
    private const string Channel = nameof(Channel);

    private readonly TableClient _table = tables.GetTableClient(Tables.ChannelOverrides);

    /// <returns>The chosen channel's name, or null.</returns>
    public async Task<string?> FindAsync(AppId app, DevicePseudonym device, CancellationToken cancellation)
    {
        var found = await StorageDeadline.BoundAsync(
            token => _table.GetEntityIfExistsAsync<TableEntity>(OverrideKeys.Partition(app, device), OverrideKeys.Device(device), cancellationToken: token),
            cancellation);
        return found.HasValue ? found.Value!.GetString(Channel) : null;
    }

    /// <summary>The device's latest choice counts: nobody else writes its row.</summary>
    public Task SetAsync(AppId app, DevicePseudonym device, ChannelName channel, CancellationToken cancellation)
    {
        var row = new TableEntity(OverrideKeys.Partition(app, device), OverrideKeys.Device(device)) { [Channel] = channel.Value };
        return StorageDeadline.BoundAsync(token => _table.UpsertEntityAsync(row, TableUpdateMode.Replace, token), cancellation);
    }

    /// <summary>Idempotent.</summary>
    public Task RemoveAsync(AppId app, DevicePseudonym device, CancellationToken cancellation) => StorageDeadline.BoundAsync(
        token => _table.DeleteEntityAsync(OverrideKeys.Partition(app, device), OverrideKeys.Device(device), ETag.All, token),
        cancellation);
}
