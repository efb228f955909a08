using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Outcomes;

/// <summary>What counts as evidence about a release, and from whom.</summary>
internal sealed class EvidenceOptions
{
    public const string Section = "Evidence";

    /// <summary>How long after a device first ran a release a crash counts against it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan Probation { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How often a device that has downloaded a release must ask for it again without ever having run it, before it counts as failed; 0 for never.</summary>
    [Range(0, 1000)]
    public int BoomerangChecks { get; set; } = 3;

    /// <summary>The least time between two such checks that count.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan BoomerangSpacing { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many devices without tenure may begin to vote on a release in a day from one network.</summary>
    [Range(1, NetworkCap.MaxDevices)]
    public int MaxNewDevicesPerNetwork { get; set; } = 50;

    /// <summary>How many days a ticket is good for.</summary>
    [Range(1, 3650)]
    public int TicketDays { get; set; } = 30;
}

[OptionsValidator]
internal sealed partial class EvidenceOptionsValidator : IValidateOptions<EvidenceOptions>;
