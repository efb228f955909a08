using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Limits;

/// <summary>
/// How much one side may ask of one instance in a minute; a minute's worth may come at once. A network is an IPv4 /24 or an IPv6 /48 and may
/// stand for thousands of devices.
/// </summary>
internal sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>HTTP requests of any kind but for the server's health.</summary>
    [Range(1, 10_000_000)]
    public int RequestsPerNetwork { get; set; } = 30_000;

    /// <summary>Events in reports.</summary>
    [Range(1, 10_000_000)]
    public int EventsPerNetwork { get; set; } = 30_000;

    /// <summary>The same of an app, from wherever.</summary>
    [Range(1, 10_000_000)]
    public int EventsPerApp { get; set; } = 300_000;

    /// <summary>Update checks that are answered with a release, each of which is written down.</summary>
    [Range(1, 10_000_000)]
    public int OffersPerNetwork { get; set; } = 3_000;

    /// <summary>The same of an app, from wherever. A partition of Table Storage takes some 2,000 operations a second.</summary>
    [Range(1, 10_000_000)]
    public int OffersPerApp { get; set; } = 120_000;

    /// <summary>Channel calls for an app, as the vendor limits them.</summary>
    [Range(1, 10_000_000)]
    public int ChannelCallsPerNetwork { get; set; } = 1_000;

    /// <summary>Questions for apps that the instance does not have in memory, each of which costs a look at storage.</summary>
    [Range(1, 10_000_000)]
    public int UnfamiliarAppsPerNetwork { get; set; } = 60;

    /// <summary>Management calls that were refused because nobody knows who makes them.</summary>
    [Range(1, 10_000_000)]
    public int FailedLoginsPerNetwork { get; set; } = 60;
}

[OptionsValidator]
internal sealed partial class LimitOptionsValidator : IValidateOptions<LimitOptions>;
