using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Bundles;

/// <summary>Limits on what intake accepts, and where it works.</summary>
internal sealed class BundleOptions
{
    public const string Section = "Bundles";

    /// <summary>Largest zip, in bytes.</summary>
    [Range(1L, 16L << 30)]
    public long MaxZipBytes { get; set; } = 1L << 30;

    /// <summary>Most entries in a zip, directories included.</summary>
    [Range(1, 1_000_000)]
    public int MaxEntries { get; set; } = 20_000;

    /// <summary>Largest sum of the inflated files, in bytes.</summary>
    [Range(1L, 64L << 30)]
    public long MaxInflatedBytes { get; set; } = 4L << 30;

    /// <summary>Highest inflated to compressed ratio of an entry larger than a megabyte, and of the whole zip.</summary>
    [Range(1, 100_000)]
    public int MaxRatio { get; set; } = 200;

    /// <summary>Where a zip is kept while intake works on it; the system's temporary folder when empty.</summary>
    public string TempFolder { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class BundleOptionsValidator : IValidateOptions<BundleOptions>;
