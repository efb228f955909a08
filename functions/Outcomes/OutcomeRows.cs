using System.Collections.Immutable;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Devices;

namespace Serverless.Outcomes;

/// <summary>Maps outcomes and tallies to table rows and back.</summary>
internal static class OutcomeRows
{
    public static TableEntity Write(string partition, string row, DeviceOutcome outcome, ETag etag) => new(partition, row)
    {
        [nameof(DeviceOutcome.OfferedAt)] = outcome.OfferedAt,
        [nameof(DeviceOutcome.Exposed)] = outcome.Exposed,
        [nameof(DeviceCells.Platform)] = outcome.Cells.Platform,
        [nameof(DeviceCells.NativeBuild)] = outcome.Cells.NativeBuild,
        [nameof(DeviceCells.PluginGeneration)] = outcome.Cells.PluginGeneration,
        [nameof(DeviceCells.OsMajor)] = outcome.Cells.OsMajor,
        [nameof(DeviceOutcome.Verdict)] = outcome.Verdict.ToString(),
        [nameof(DeviceOutcome.HasFailed)] = outcome.HasFailed,
        [nameof(DeviceOutcome.FilesHaveFailed)] = outcome.FilesHaveFailed,
        [nameof(DeviceOutcome.FailureCode)] = outcome.FailureCode,
        [nameof(DeviceOutcome.InstalledAt)] = outcome.InstalledAt,
        [nameof(DeviceOutcome.FirstRanAt)] = outcome.FirstRanAt,
        [nameof(DeviceOutcome.Returns)] = outcome.Returns,
        [nameof(DeviceOutcome.LastReturnAt)] = outcome.LastReturnAt,
        [nameof(DeviceOutcome.HasRecovered)] = outcome.HasRecovered,
        [nameof(DeviceOutcome.WasCapped)] = outcome.WasCapped,
        ETag = etag,
    };

    public static DeviceOutcome ReadOutcome(TableEntity row) => new()
    {
        OfferedAt = row.GetDateTimeOffset(nameof(DeviceOutcome.OfferedAt)),
        Exposed = row.GetBoolean(nameof(DeviceOutcome.Exposed)) ?? false,
        Cells = new DeviceCells(
            row.GetString(nameof(DeviceCells.Platform)),
            row.GetString(nameof(DeviceCells.NativeBuild)),
            row.GetString(nameof(DeviceCells.PluginGeneration)),
            row.GetString(nameof(DeviceCells.OsMajor))),
        Verdict = Enum.Parse<Verdict>(row.GetString(nameof(DeviceOutcome.Verdict))),
        HasFailed = row.GetBoolean(nameof(DeviceOutcome.HasFailed)) ?? false,
        FilesHaveFailed = row.GetBoolean(nameof(DeviceOutcome.FilesHaveFailed)) ?? false,
        FailureCode = row.GetString(nameof(DeviceOutcome.FailureCode)),
        InstalledAt = row.GetDateTimeOffset(nameof(DeviceOutcome.InstalledAt)),
        FirstRanAt = row.GetDateTimeOffset(nameof(DeviceOutcome.FirstRanAt)),
        Returns = row.GetInt32(nameof(DeviceOutcome.Returns)) ?? 0,
        LastReturnAt = row.GetDateTimeOffset(nameof(DeviceOutcome.LastReturnAt)),
        HasRecovered = row.GetBoolean(nameof(DeviceOutcome.HasRecovered)) ?? false,
        WasCapped = row.GetBoolean(nameof(DeviceOutcome.WasCapped)) ?? false,
    };

    public static TableEntity Write(string partition, string row, ReleaseTally tally, ETag etag) => new(partition, row)
    {
        [nameof(OutcomeTally.Exposed)] = tally.Total.Exposed,
        [nameof(OutcomeTally.Good)] = tally.Total.Good,
        [nameof(OutcomeTally.Failed)] = tally.Total.Failed,
        [nameof(OutcomeTally.Discarded)] = tally.Total.Discarded,
        [nameof(OutcomeTally.Recovered)] = tally.Total.Recovered,
        [nameof(OutcomeTally.Capped)] = tally.Total.Capped,
        [nameof(ReleaseTally.Narrowings)] = tally.Narrowings,
        [nameof(ReleaseTally.Cells)] = JsonSerializer.Serialize(
            tally.Cells.ToDictionary(cell => cell.Key.ToString(), cell => cell.Value), PipelineJson.Default.DictionaryStringOutcomeTally),
        [nameof(ReleaseTally.Codes)] = JsonSerializer.Serialize(tally.Codes.ToDictionary(), PipelineJson.Default.DictionaryStringInt64),
        ETag = etag,
    };

    public static ReleaseTally ReadTally(TableEntity row) => new(
        new OutcomeTally(
            row.GetInt64(nameof(OutcomeTally.Exposed)) ?? 0,
            row.GetInt64(nameof(OutcomeTally.Good)) ?? 0,
            row.GetInt64(nameof(OutcomeTally.Failed)) ?? 0,
            row.GetInt64(nameof(OutcomeTally.Discarded)) ?? 0,
            row.GetInt64(nameof(OutcomeTally.Recovered)) ?? 0,
            row.GetInt64(nameof(OutcomeTally.Capped)) ?? 0),
        ReadCells(row.GetString(nameof(ReleaseTally.Cells))),
        row.GetString(nameof(ReleaseTally.Codes)) is { } codes
            ? JsonSerializer.Deserialize(codes, PipelineJson.Default.DictionaryStringInt64)!.ToImmutableDictionary()
            : ImmutableDictionary<string, long>.Empty)
    {
        Narrowings = ReadNarrowings(row),
    };

    public static long ReadNarrowings(TableEntity row) => row.GetInt64(nameof(ReleaseTally.Narrowings)) ?? 0;

    private static ImmutableDictionary<Cell, OutcomeTally> ReadCells(string? json)
    {
        var cells = ImmutableDictionary.CreateBuilder<Cell, OutcomeTally>();
        foreach (var (name, tally) in json is null ? [] : JsonSerializer.Deserialize(json, PipelineJson.Default.DictionaryStringOutcomeTally)!)
        {
            if (Cell.TryParse(name, out var cell))
            {
                cells[cell] = tally;
            }
        }

        return cells.ToImmutable();
    }
}
