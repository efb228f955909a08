using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Deliveries;

/// <summary>How endpoints are told.</summary>
internal sealed class DeliveryOptions : IValidatableObject
{
    public const string Section = "Deliveries";

    // A queue hides a message for a week at most, and what an endpoint asks for or chance adds comes on top.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(2);

    /// <summary>What is waited before the second attempt, the third and so on, separated by commas.</summary>
    public string Schedule { get; set; } = "00:00:05, 00:05:00, 00:30:00, 02:00:00, 05:00:00, 10:00:00";

    /// <summary>How long an endpoint may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <returns>What is waited after an attempt; null when it was the last.</returns>
    public TimeSpan? DelayAfter(int attempt) => ReadSchedule() is { } delays && attempt <= delays.Length ? delays[attempt - 1] : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReadSchedule() is null)
        {
            yield return new ValidationResult($"{Section}:{nameof(Schedule)} must be times such as 00:00:05, 00:05:00, none over two days.", [nameof(Schedule)]);
        }
    }

    private TimeSpan[]? ReadSchedule()
    {
        var parts = Schedule.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var delays = new TimeSpan[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!TimeSpan.TryParse(parts[i], CultureInfo.InvariantCulture, out delays[i]) || delays[i] < TimeSpan.Zero || delays[i] > MaxDelay)
            {
                return null;
            }
        }

        return delays;
    }
}

[OptionsValidator]
internal sealed partial class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>;
