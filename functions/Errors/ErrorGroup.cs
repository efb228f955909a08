using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Statistics;

namespace Serverless.Errors;

/// <summary>What makes errors alike: they are of one release, code, kind of device and line.</summary>
/// <param name="Version">The release.</param>
/// <param name="Code">The plugin's action, or <see cref="ErrorGroup.Other"/>.</param>
/// <param name="Cells">Of the devices; the platform is part of the operating system.</param>
/// <param name="Line">From <see cref="ErrorLine"/>.</param>
internal readonly record struct ErrorKind(BundleVersion Version, string Code, DeviceCells Cells, string Line)
{
    /// <summary>The same for the same error on every release and kind of device: 64 bits in hexadecimal.</summary>
    public string Fingerprint => Hash($"{Code}\n{Line}");

    /// <summary>Tells it from the release's other groups.</summary>
    public string Id => Code == ErrorGroup.Other ? Code : Hash($"{Code}\n{Cells.PluginGeneration}\n{Cells.OsMajor}\n{Cells.NativeBuild}\n{Line}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}

/// <summary>Errors that are alike, counted. No row says which devices.</summary>
internal sealed record ErrorGroup
{
    /// <summary>The code of what came after a release had its most groups.</summary>
    public const string Other = "other";

    private const int TrendDays = 14;

    public required ErrorKind Kind { get; init; }

    /// <summary>Null when it was read without them.</summary>
    public DistinctCount? Devices { get; init; } = DistinctCount.Zero;

    /// <summary>How many devices it came from, within 2 %.</summary>
    public long DeviceCount { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Errors by day (<c>2026-03-01</c>, UTC), of the 14 days up to the last one. A message that is delivered twice counts twice.</summary>
    public ImmutableSortedDictionary<string, long> Trend { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>The earlier release on which the same error was seen first; null when there is none.</summary>
    public BundleVersion? RecursFrom { get; init; }

    public static ErrorGroup New(ErrorKind kind, DateTimeOffset at) => new() { Kind = kind, FirstSeenAt = at, LastSeenAt = at };

    public ErrorGroup Add(DevicePseudonym device, DateTimeOffset at)
    {
        var devices = (Devices ?? DistinctCount.Zero).Add(device.Bits);
        var last = at > LastSeenAt ? at : LastSeenAt;
        var oldest = Day(last.AddDays(1 - TrendDays));
        return this with
        {
            Devices = devices,
            DeviceCount = ReferenceEquals(devices, Devices) ? DeviceCount : devices.Estimate(),
            FirstSeenAt = at < FirstSeenAt ? at : FirstSeenAt,
            LastSeenAt = last,
            Trend = Trend.SetItem(Day(at), Trend.GetValueOrDefault(Day(at)) + 1).RemoveRange(Trend.Keys.Where(day => string.CompareOrdinal(day, oldest) < 0)),
        };
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
