using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Deliveries;

/// <summary>Remembers which endpoints said that they want nothing any more. One that gets another address is told again.</summary>
internal sealed class GoneEndpoints(TableServiceClient tables, TimeProvider time)
{
    private const string Since = "Since";

    private readonly TableClient _table = tables.GetTableClient(Tables.GoneEndpoints);

    /// <returns>Since when; null when it is not gone.</returns>
    public async Task<DateTimeOffset?> FindAsync(IDeliveryTarget target, CancellationToken cancellation)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(GoneEndpointKeys.Partition, Row(target), cancellationToken: cancellation);
        return found.HasValue ? found.Value!.GetDateTimeOffset(Since) : null;
    }

    public Task AddAsync(IDeliveryTarget target, CancellationToken cancellation) => _table.UpsertEntityAsync(
        new TableEntity(GoneEndpointKeys.Partition, Row(target)) { [Since] = time.GetUtcNow() }, TableUpdateMode.Replace, cancellation);

    private static string Row(IDeliveryTarget target) => GoneEndpointKeys.Endpoint(target.Name, target.Address);
}
