using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Serverless.Ledger;
using Serverless.Storage;

namespace Serverless.Releases;

/// <summary>Maps the catalog's records to table rows and back. A record is one JSON document in a row of its own.</summary>
internal static class CatalogRows
{
    private const string Document = "Document";
    private const string Hash = "Hash";

    public static TableEntity Write<T>(string partition, string row, T record, JsonTypeInfo<T> type) =>
        new(partition, row) { [Document] = JsonSerializer.Serialize(record, type) };

    public static T Read<T>(TableEntity entity, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(entity.GetString(Document), type)
        ?? throw new FormatException($"The catalog row '{entity.RowKey}' is empty.");

    public static TableEntity Write(string partition, LedgerRow row) =>
        new(partition, CatalogKeys.Ledger(row.Number)) { [Document] = row.Document, [Hash] = row.Hash };

    public static LedgerRow ReadLedger(TableEntity entity) => new(
        long.Parse(entity.RowKey.AsSpan(CatalogKeys.LedgerPrefix.Length), System.Globalization.CultureInfo.InvariantCulture),
        entity.GetString(Document),
        entity.GetString(Hash));

    public static TableEntity Write(string partition, AppState state) => new(partition, CatalogKeys.App)
    {
        [nameof(AppState.Sequence)] = state.Sequence,
        [nameof(AppState.ChannelCount)] = state.ChannelCount,
        [nameof(AppState.Revision)] = state.Revision,
        [nameof(AppState.LedgerCount)] = state.LedgerCount,
        [nameof(AppState.LedgerHead)] = state.LedgerHead,
        [nameof(AppState.Changes)] = JsonSerializer.Serialize(state.Changes, PipelineJson.Default.ReleaseChanges),
        ETag = state.ETag ?? ETag.All,
    };

    public static AppState ReadState(TableEntity entity)
    {
        var revision = entity.GetInt64(nameof(AppState.Revision))!.Value;
        return new AppState
        {
            Sequence = entity.GetInt64(nameof(AppState.Sequence))!.Value,
            ChannelCount = entity.GetInt32(nameof(AppState.ChannelCount))!.Value,
            Revision = revision,
            LedgerCount = entity.GetInt64(nameof(AppState.LedgerCount))!.Value,
            LedgerHead = entity.GetString(nameof(AppState.LedgerHead)),
            Changes = ReadChanges(entity) ?? ReleaseChanges.After(revision),
            ETag = entity.ETag,
        };
    }

    // Older servers write none, and may run beside this one while it is brought in.
    private static ReleaseChanges? ReadChanges(TableEntity entity) =>
        entity.GetString(nameof(AppState.Changes)) is { } changes ? JsonSerializer.Deserialize(changes, PipelineJson.Default.ReleaseChanges) : null;
}
