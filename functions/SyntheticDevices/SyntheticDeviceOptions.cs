using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.SyntheticDevices;

/// <summary>How the server asks itself as devices do.</summary>
internal sealed class SyntheticDeviceOptions
{
    public const string Section = "SyntheticDevices";

    /// <summary>Off: channels are not probed by the timer. A recovery is probed all the same.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Where devices reach the server, without <c>/api</c>; the address it is bound to, or that Azure gave it, when empty.</summary>
    [RegularExpression(@"https?://[^/?#\s]+[^?#\s]*", ErrorMessage = "SyntheticDevices:BaseUrl must be an absolute http or https address without a query.")]
    public string? BaseUrl { get; set; }

    /// <summary>A first byte that takes longer is reported as slow.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan SlowFirstByte { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a run of the timer may take; what it did not come to waits for the next.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:09:00")]
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much a run may download. What is too large for it is not looked at.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxBytesPerRun { get; set; } = 512L << 20;
}

[OptionsValidator]
internal sealed partial class SyntheticDeviceOptionsValidator : IValidateOptions<SyntheticDeviceOptions>;
