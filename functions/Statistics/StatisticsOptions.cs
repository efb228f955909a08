using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Statistics;

/// <summary>How statistics are stored, and for how long.</summary>
internal sealed class StatisticsOptions
{
    public const string Section = "Statistics";

    /// <summary>How often an instance stores what it counted. What was counted since is lost in a crash.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan FlushEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the numbers of each minute are kept.</summary>
    [Range(typeof(TimeSpan), "06:00:00", "31.00:00:00")]
    public TimeSpan KeepMinutes { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How long those of each hour are kept.</summary>
    [Range(typeof(TimeSpan), "3.00:00:00", "400.00:00:00")]
    public TimeSpan KeepHours { get; set; } = TimeSpan.FromDays(60);

    /// <summary>How long those of each day are kept.</summary>
    [Range(typeof(TimeSpan), "31.00:00:00", "3653.00:00:00")]
    public TimeSpan KeepDays { get; set; } = TimeSpan.FromDays(1095);

    public TimeSpan Kept(TimeStep step) => step switch
    {
        TimeStep.Minute => KeepMinutes,
        TimeStep.Hour => KeepHours,
        _ => KeepDays,
    };
}

[OptionsValidator]
internal sealed partial class StatisticsOptionsValidator : IValidateOptions<StatisticsOptions>;
