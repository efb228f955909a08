using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Rollbacks;

/// <summary>When a recovery is over, and when people have to look.</summary>
internal sealed class RecoveryOptions
{
    public const string Section = "Recoveries";

    /// <summary>Lowest share of the exposed devices that must be back on a good release, from 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double MinRecoveredShare { get; set; } = 0.9;

    /// <summary>How long their return is awaited.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long every instance may take to answer with the new targets.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ConfirmWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long synthetic devices may fail on the new targets.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ProbeWithin { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Between two looks at what was not confirmed or could not be probed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
internal sealed partial class RecoveryOptionsValidator : IValidateOptions<RecoveryOptions>;
