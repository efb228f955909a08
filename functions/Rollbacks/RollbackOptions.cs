using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Rollbacks;

/// <summary>When a release is withdrawn.</summary>
internal sealed class RollbackOptions
{
    public const string Section = "Rollbacks";

    /// <summary>Off: failures are counted and nothing is withdrawn.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Fewest distinct exposed devices that must have failed.</summary>
    [Range(1, 1_000_000)]
    public int MinFailedDevices { get; set; } = 3;

    /// <summary>Lowest share of the exposed devices that must have failed, from 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double MinFailedShare { get; set; } = 0.2;
}

[OptionsValidator]
internal sealed partial class RollbackOptionsValidator : IValidateOptions<RollbackOptions>;
