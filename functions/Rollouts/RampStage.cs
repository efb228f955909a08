using System.Globalization;

namespace Serverless.Rollouts;

/// <summary>A step of a ramp: how many devices, and what must be seen before the next step.</summary>
/// <param name="Percent">Of the fleet, from 1 to 100.</param>
/// <param name="Soak">How long the step lasts at least.</param>
/// <param name="MinGood">How many devices must have reported the candidate as good.</param>
internal sealed record RampStage(int Percent, TimeSpan Soak, long MinGood)
{
    /// <summary>Such as <c>5%/01:00:00/10</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Percent}%/{Soak:c}/{MinGood}");

    /// <returns>Null when these are not the words of a step.</returns>
    public static RampStage? Parse(string words) => words.Split('/') is [var percent, var soak, var good]
        && int.TryParse(percent.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var share)
        && TimeSpan.TryParseExact(soak, "c", CultureInfo.InvariantCulture, out var lasts)
        && long.TryParse(good, NumberStyles.None, CultureInfo.InvariantCulture, out var needed)
            ? new RampStage(share, lasts, needed)
            : null;
}
