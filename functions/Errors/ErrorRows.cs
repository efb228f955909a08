using System.Collections.Immutable;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Statistics;
using Serverless.Storage;

namespace Serverless.Errors;

/// <summary>Maps error groups to table rows and back.</summary>
internal static class ErrorRows
{
    private const string Registers = "Registers";

    /// <summary>All columns but the one that only counting needs.</summary>
    public static readonly string[] Shown =
    [
        nameof(ErrorKind.Version), nameof(ErrorKind.Code), nameof(ErrorKind.Line),
        nameof(DeviceCells.Platform), nameof(DeviceCells.NativeBuild), nameof(DeviceCells.PluginGeneration), nameof(DeviceCells.OsMajor),
        nameof(ErrorGroup.DeviceCount), nameof(ErrorGroup.FirstSeenAt), nameof(ErrorGroup.LastSeenAt), nameof(ErrorGroup.Trend), nameof(ErrorGroup.RecursFrom),
    ];

    public static TableEntity Write(AppId app, ErrorGroup group, ETag etag) => new(ErrorKeys.Partition(app), ErrorKeys.Group(group.Kind))
    {
        [nameof(ErrorKind.Version)] = group.Kind.Version.Value,
        [nameof(ErrorKind.Code)] = group.Kind.Code,
        [nameof(ErrorKind.Line)] = group.Kind.Line,
        [nameof(DeviceCells.Platform)] = group.Kind.Cells.Platform,
        [nameof(DeviceCells.NativeBuild)] = group.Kind.Cells.NativeBuild,
        [nameof(DeviceCells.PluginGeneration)] = group.Kind.Cells.PluginGeneration,
        [nameof(DeviceCells.OsMajor)] = group.Kind.Cells.OsMajor,
        [Registers] = group.Devices!.Registers.ToArray(),
        [nameof(ErrorGroup.DeviceCount)] = group.DeviceCount,
        [nameof(ErrorGroup.FirstSeenAt)] = group.FirstSeenAt,
        [nameof(ErrorGroup.LastSeenAt)] = group.LastSeenAt,
        [nameof(ErrorGroup.Trend)] = JsonSerializer.Serialize(group.Trend.ToDictionary(), PipelineJson.Default.DictionaryStringInt64),
        [nameof(ErrorGroup.RecursFrom)] = group.RecursFrom?.Value,
        ETag = etag,
    };

    public static ErrorGroup Read(TableEntity row) => new()
    {
        Kind = new ErrorKind(
            BundleVersion.Parse(row.GetString(nameof(ErrorKind.Version))),
            row.GetString(nameof(ErrorKind.Code)),
            new DeviceCells(
                row.GetString(nameof(DeviceCells.Platform)),
                row.GetString(nameof(DeviceCells.NativeBuild)),
                row.GetString(nameof(DeviceCells.PluginGeneration)),
                row.GetString(nameof(DeviceCells.OsMajor))),
            row.GetString(nameof(ErrorKind.Line))),
        Devices = row.GetBinary(Registers) is { } registers ? DistinctCount.From(registers) : null,
        DeviceCount = row.GetInt64(nameof(ErrorGroup.DeviceCount)) ?? 0,
        FirstSeenAt = row.GetDateTimeOffset(nameof(ErrorGroup.FirstSeenAt)) ?? default,
        LastSeenAt = row.GetDateTimeOffset(nameof(ErrorGroup.LastSeenAt)) ?? default,
        Trend = JsonSerializer.Deserialize(row.GetString(nameof(ErrorGroup.Trend)), PipelineJson.Default.DictionaryStringInt64)!
            .ToImmutableSortedDictionary(StringComparer.Ordinal),
        RecursFrom = row.GetString(nameof(ErrorGroup.RecursFrom)) is { } version ? BundleVersion.Parse(version) : null,
    };
}
