using System.Collections.Immutable;
using System.Text.Json;

namespace Serverless.Statistics;

/// <summary>What an app's devices did in a period: all its series. Frames of shards and of shorter periods add up, in any order.</summary>
internal sealed record UsageFrame(ImmutableDictionary<SeriesKey, Measures> Series)
{
    /// <summary>Most releases that a stored frame tells apart: those with the most checks; the others are one series.</summary>
    public const int MaxVersions = 32;

    public static readonly UsageFrame Empty = new(ImmutableDictionary<SeriesKey, Measures>.Empty);

    public bool IsEmpty => Series.IsEmpty;

    /// <summary>All series together.</summary>
    public Measures Total => Series.Values.Aggregate(default(Measures), (sum, measures) => sum + measures);

    public UsageFrame Add(SeriesKey key, Measures added) => new(Series.SetItem(key, Series.GetValueOrDefault(key) + added));

    public UsageFrame Merge(UsageFrame other) => other.Series.Aggregate(this, (sum, series) => sum.Add(series.Key, series.Value));

    /// <summary>The same sums, by other keys.</summary>
    public UsageFrame Map(Func<SeriesKey, SeriesKey> key) => Series.Aggregate(Empty, (sum, series) => sum.Add(key(series.Key), series.Value));

    /// <summary>Fits into the room that a row has.</summary>
    public UsageFrame Bounded()
    {
        var named = Series.Keys.Select(key => key.Version).Where(version => version is not (SeriesKey.Builtin or SeriesKey.Other)).Distinct().ToArray();
        if (named.Length <= MaxVersions)
        {
            return this;
        }

        var checks = Series.ToLookup(series => series.Key.Version, series => series.Value[Measure.Checks]);
        var dropped = named.OrderByDescending(version => checks[version].Sum()).ThenBy(version => version, StringComparer.Ordinal).Skip(MaxVersions).ToHashSet();
        return Map(key => dropped.Contains(key.Version) ? key.WithoutVersion() : key);
    }

    /// <summary>Compressed JSON: numbers by version and platform.</summary>
    public byte[] Write() => Packed.Write(JsonSerializer.SerializeToUtf8Bytes(
        Series.GroupBy(series => series.Key.Version).ToDictionary(
            version => version.Key,
            version => version.ToDictionary(series => series.Key.Platform, series => series.Value.Values.ToArray())),
        PipelineJson.Default.DictionaryStringDictionaryStringInt64Array));

    /// <exception cref="JsonException">Not what <see cref="Write"/> gave.</exception>
    public static UsageFrame Read(byte[] written) => new(
        JsonSerializer.Deserialize(Packed.Read(written), PipelineJson.Default.DictionaryStringDictionaryStringInt64Array)!
            .SelectMany(version => version.Value, (version, series) => KeyValuePair.Create(new SeriesKey(version.Key, series.Key), new Measures([.. series.Value])))
            .ToImmutableDictionary());
}
