using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace Serverless.Audits;

/// <summary>A table row as a line of JSON, with types as the table service's own JSON has them: a 64-bit number is text beside its <c>@odata.type</c>.</summary>
internal static class ExportedRow
{
    private const string TypeSuffix = "@odata.type";
    private const string Int64 = "Edm.Int64";

    public static string Write(TableEntity row)
    {
        var json = new JsonObject { [nameof(row.PartitionKey)] = row.PartitionKey, [nameof(row.RowKey)] = row.RowKey };
        foreach (var (name, value) in row.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            switch (value)
            {
                case string text when name is not (nameof(row.PartitionKey) or nameof(row.RowKey) or "odata.etag"):
                    json[name] = text;
                    break;
                case int number:
                    json[name] = number;
                    break;
                case long number:
                    json[name] = number.ToString(CultureInfo.InvariantCulture);
                    json[name + TypeSuffix] = Int64;
                    break;
            }
        }

        return json.ToJsonString();
    }

    /// <exception cref="IOException">The line is not a row.</exception>
    public static TableEntity Read(string line)
    {
        try
        {
            var json = JsonNode.Parse(line)!.AsObject();
            var row = new TableEntity();
            foreach (var (name, value) in json.Where(member => !member.Key.EndsWith(TypeSuffix, StringComparison.Ordinal)))
            {
                row[name] = value!.GetValueKind() is JsonValueKind.Number ? value.GetValue<int>()
                    : json.ContainsKey(name + TypeSuffix) ? long.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture)
                    : value.GetValue<string>();
            }

            return row.RowKey is null ? throw new FormatException("A row has a key.") : row;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or NullReferenceException)
        {
            throw new IOException("A line of the export is not a row.", e);
        }
    }
}
