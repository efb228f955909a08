using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Retention;

/// <summary>Which releases are kept for longer than something needs them.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Collect what nothing needs. Otherwise the plan says what would be collected, and nothing is.</summary>
    public bool Collect { get; set; }

    /// <summary>The newest releases of an app stay, whether or not something needs them.</summary>
    [Range(1, 10_000)]
    public int KeepReleases { get; set; } = 50;

    /// <summary>Of the earlier releases that a channel may go back to, the first ones stay, for each release that it leads to.</summary>
    [Range(1, 50)]
    public int KeepTargets { get; set; } = 5;

    /// <summary>A release stays for this long after its bundle was dropped.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3653.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the outcomes and errors of devices outlive their release.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3653.00:00:00")]
    public TimeSpan KeepEvidence { get; set; } = TimeSpan.FromDays(90);
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;
