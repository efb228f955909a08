using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Rollbacks;

/// <summary>When a release is withdrawn.</summary>
internal sealed class RollbackOptions
{
    public const string Section = "Rollbacks";

    /// <summary>Off: failures are counted and nothing is withdrawn.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What is done about a failing release that may go back.</summary>
    [AllowedValues(RollbackAction.Pause, RollbackAction.Rollback, ErrorMessage = "Rollbacks:Action must be pause or rollback.")]
    public RollbackAction Action { get; set; } = RollbackAction.Rollback;

    /// <summary>Highest probability that a release which is no worse than its control is halted, over its whole life and however often it is looked at.</summary>
    [Range(1e-6, 0.5)]
    public double Alpha { get; set; } = 0.01;

    /// <summary>How much more often than the control a release may fail, as a share of the devices.</summary>
    [Range(0.0, 0.5)]
    public double Margin { get; set; } = 0.005;

    /// <summary>Lowest share of failing devices that a control is credited with: below it, chance and broken devices rule.</summary>
    [Range(0.0001, 0.5)]
    public double FloorRate { get; set; } = 0.005;

    /// <summary>Share of failing devices that a stable release has at most, as long as its history is too short to tell.</summary>
    [Range(0.0001, 0.5)]
    public double AssumedRate { get; set; } = 0.05;

    /// <summary>Fewest distinct exposed devices that must have failed.</summary>
    [Range(1, 1_000_000)]
    public int MinFailedDevices { get; set; } = 3;

    /// <summary>Fewest devices held back that must have a verdict before they are the control; until then the history is.</summary>
    [Range(1, 1_000_000)]
    public int MinLiveDevices { get; set; } = 20;
}

[OptionsValidator]
internal sealed partial class RollbackOptionsValidator : IValidateOptions<RollbackOptions>;
