using System.Collections.Immutable;
using Serverless.Bundles.Zip;

namespace Serverless.Bundles;

/// <summary>Refuses bombs by what the headers declare; reading then holds every entry to its declared size. Pure.</summary>
internal static class InflationBudget
{
    // Below this a high ratio is ordinary: an icon of one colour, an empty locale table.
    private const long RatioFloor = 1 << 20;

    public static Rejection? Check(ImmutableArray<ZipEntry> entries, BundleOptions limits)
    {
        var inflated = 0L;
        var compressed = 0L;
        foreach (var entry in entries)
        {
            inflated += Math.Min(entry.Size, limits.MaxInflatedBytes + 1);
            compressed += entry.CompressedSize;
            if (inflated > limits.MaxInflatedBytes)
            {
                return new Rejection(RejectionCode.TooLarge, $"The bundle inflates to more than {limits.MaxInflatedBytes:N0} bytes.");
            }

            if (Exceeds(entry.Size, entry.CompressedSize, limits))
            {
                return new Rejection(
                    RejectionCode.CompressionRatio, $"An entry inflates to more than {limits.MaxRatio} times its size in the zip.", ZipNameRules.Shorten(entry.Name));
            }
        }

        return Exceeds(inflated, compressed, limits)
            ? new Rejection(RejectionCode.CompressionRatio, $"The bundle inflates to more than {limits.MaxRatio} times its size.")
            : null;
    }

    private static bool Exceeds(long size, long compressed, BundleOptions limits) => size > RatioFloor && size > limits.MaxRatio * Math.Max(compressed, 1);
}
