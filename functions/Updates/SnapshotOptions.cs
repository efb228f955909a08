using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Updates;

/// <summary>How fresh answers are.</summary>
internal sealed class SnapshotOptions
{
    public const string Section = "Snapshots";

    /// <summary>After this long without a look at storage, the next check looks, in the background.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:04")]
    public TimeSpan RefreshAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A snapshot is never served older than this while storage answers.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:05")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>While storage does not answer, the last snapshot is served for at most this long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan MaxAgeInOutage { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Apps kept in memory. Ids that no app has are kept apart and do not count.</summary>
    [Range(1, 1_000_000)]
    public int MaxApps { get; set; } = 10_000;
}

[OptionsValidator]
internal sealed partial class SnapshotOptionsValidator : IValidateOptions<SnapshotOptions>;
