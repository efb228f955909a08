using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>Reads rows that anybody may have written.</summary>
internal static class AuditRows
{
    /// <returns>Null unless the row's document is, character for character, one that this server writes.</returns>
    public static T? Read<T>(TableEntity row, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Document(row) is { } text && JsonSerializer.Deserialize(text, type) is { } record && JsonSerializer.Serialize(record, type) == text ? record : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    public static LedgerRow? ReadLedger(TableEntity row) =>
        long.TryParse(row.RowKey.AsSpan(CatalogKeys.LedgerPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && row.RowKey == CatalogKeys.Ledger(number) && Document(row) is { } document && row.TryGetValue(nameof(LedgerRow.Hash), out var hash)
            ? new LedgerRow(number, document, hash as string ?? "")
            : null;

    /// <returns>Null when a member is missing or of another type.</returns>
    public static AppState? ReadState(TableEntity row)
    {
        try
        {
            return CatalogRows.ReadState(row);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static LedgerDocument? ReadEntry(LedgerRow row)
    {
        try
        {
            return row.Read();
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    private static string? Document(TableEntity row) => row.TryGetValue(nameof(LedgerRow.Document), out var document) ? document as string : null;
}
