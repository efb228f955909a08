using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Notices;

/// <summary>What users are told of incidents.</summary>
internal sealed class NoticeOptions
{
    public const string Section = "Notices";

    /// <summary>How long it usually takes from an incident's opening until devices are back on a good release.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan EstimatedResolution { get; set; } = TimeSpan.FromMinutes(30);
}

[OptionsValidator]
internal sealed partial class NoticeOptionsValidator : IValidateOptions<NoticeOptions>;
