using System.Collections.Concurrent;
using System.Collections.Immutable;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Access.Tokens;

/// <summary>When tokens were last used, to the hour: whoever cleans up wants to know, and no call is to cost a write.</summary>
internal sealed partial class TokenUses(TableServiceClient tables, TimeProvider time, ILogger<TokenUses> logger)
{
    private const string LastUsed = "LastUsed";

    private static readonly TimeSpan Spacing = TimeSpan.FromHours(1);

    private readonly TableClient _table = tables.GetTableClient(Tables.TokenUses);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);

    /// <summary>Never fails: a token is good whether or not its use could be written down.</summary>
    public async ValueTask NoteAsync(string name, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_noted.TryGetValue(name, out var noted) && now - noted < Spacing)
        {
            return;
        }

        _noted[name] = now;
        try
        {
            await _table.UpsertEntityAsync(new TableEntity(TokenUseKeys.Partition, name) { [LastUsed] = now }, TableUpdateMode.Replace, cancellation);
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            LogNotNoted(e, name);
        }
    }

    public async Task<ImmutableDictionary<string, DateTimeOffset>> ListAsync(CancellationToken cancellation)
    {
        var uses = ImmutableDictionary.CreateBuilder<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {TokenUseKeys.Partition}"), cancellationToken: cancellation))
        {
            uses[row.RowKey] = row.GetDateTimeOffset(LastUsed)!.Value;
        }

        return uses.ToImmutable();
    }

    [LoggerMessage(LogLevel.Warning, "It could not be written down that the token {Token} was used.")]
    private partial void LogNotNoted(Exception fault, string token);
}
