using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Keys;

/// <summary>When a signing key may go.</summary>
internal sealed class KeysOptions
{
    public const string Section = "Keys";

    /// <summary>The highest share of an app's devices, of those seen in 30 days, that may still carry a key that is retired.</summary>
    [Range(0.0, 1.0)]
    public double MaxRetiredShare { get; set; } = 0.005;

    /// <summary>For how many days the server must have known a key before the counts of devices are taken to tell whether they still carry it.</summary>
    [Range(0, KeyDevices.Days)]
    public int MinDaysCounted { get; set; } = KeyDevices.Days;
}

[OptionsValidator]
internal sealed partial class KeysOptionsValidator : IValidateOptions<KeysOptions>;
