using System.Buffers.Binary;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Serverless.Devices;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>
/// Holds back the votes of new devices when too many of one network begin to vote on one release in a day. A row of a network's day lists
/// the devices that were let in, by half a pseudonym each, so that who was let in once stays in however often its message comes.
/// </summary>
internal sealed class NetworkCap(TableServiceClient tables, Tenure tenure, TimeProvider time, IOptions<EvidenceOptions> options)
{
    /// <summary>A table's binary value holds no more of them.</summary>
    public const int MaxDevices = 64 * 1024 / sizeof(ulong);

    // A message may wait for a day before it is read.
    private const int DaysKept = 2;
    private const int MaxAttempts = 20;
    private const string Devices = "Devices";

    private readonly TableClient _table = tables.GetTableClient(Tables.NetworkDevices);

    /// <summary>Which of the devices are held back. The same votes give the same answer.</summary>
    /// <param name="key">What is voted on.</param>
    /// <param name="first">The first votes of devices that have none yet.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlySet<DevicePseudonym>> FindCappedAsync(TallyKey key, IEnumerable<Vote> first, CancellationToken cancellation)
    {
        var capped = new HashSet<DevicePseudonym>();
        var tenured = await Task.WhenAll(first.Where(vote => vote.Network is not null).Select(async vote =>
            (Vote: vote, HasTenure: await tenure.HasAsync(key, vote.Device, vote.At, cancellation))));
        var networks = tenured.Where(device => !device.HasTenure).Select(device => device.Vote)
            .GroupBy(vote => (Network: vote.Network!.Value, Day: DateOnly.FromDateTime(vote.At.UtcDateTime)), vote => vote.Device);
        foreach (var network in networks)
        {
            capped.UnionWith(await AdmitAsync(NetworkKeys.Partition(network.Key.Day, key), NetworkKeys.Network(network.Key.Network), [.. network], cancellation));
        }

        return capped;
    }

    /// <summary>Deletes the rows of days gone by.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var before = NetworkKeys.Day(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-DaysKept));
        var old = _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey lt {before}"), select: [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)], cancellationToken: cancellation);
        await foreach (var row in old)
        {
            await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellation);
        }
    }

    /// <returns>Those for whom there is no room.</returns>
    private async Task<IReadOnlyList<DevicePseudonym>> AdmitAsync(string partition, string network, IReadOnlyList<DevicePseudonym> devices, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition, network, cancellationToken: cancellation);
            var row = found.HasValue ? found.Value! : null;
            var known = Read(row?.GetBinary(Devices) ?? []);
            var strangers = devices.Where(device => !known.Contains(device.Bits)).Distinct().ToArray();
            var room = Math.Max(0, options.Value.MaxNewDevicesPerNetwork - known.Count);
            if (strangers.Length == 0 || room == 0)
            {
                return strangers;
            }

            var entity = new TableEntity(partition, network) { [Devices] = Write([.. known, .. strangers.Take(room).Select(device => device.Bits)]) };
            try
            {
                await (row is null
                    ? _table.AddEntityAsync(entity, cancellation)
                    : _table.UpdateEntityAsync(entity, row.ETag, TableUpdateMode.Replace, cancellation));
                return strangers[Math.Min(room, strangers.Length)..];
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 10 * attempt)), time, cancellation);
            }
        }
    }

    private static HashSet<ulong> Read(byte[] devices) =>
        [.. devices.Chunk(sizeof(ulong)).Select(device => BinaryPrimitives.ReadUInt64LittleEndian(device))];

    private static byte[] Write(IReadOnlyList<ulong> devices)
    {
        var bytes = new byte[devices.Count * sizeof(ulong)];
        for (var i = 0; i < devices.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), devices[i]);
        }

        return bytes;
    }
}
