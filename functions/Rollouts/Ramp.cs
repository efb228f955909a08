using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.Rollouts;

/// <summary>How a channel moves to a new release: by which steps, and how many devices wait until the end.</summary>
/// <param name="Stages">At least one; each leads more devices than the one before.</param>
/// <param name="ControlPercent">Of the fleet, held back on the stable release while the rollout runs, so that there is something to compare with.</param>
internal sealed partial record Ramp(ImmutableArray<RampStage> Stages, int ControlPercent = Ramp.DefaultControlPercent)
{
    public const int DefaultControlPercent = 5;

    private const int MaxStages = 20;
    private const int MaxControlPercent = 20;
    private const long MaxGood = 1_000_000_000;

    private static readonly TimeSpan MaxSoak = TimeSpan.FromDays(30);

    /// <summary>Whether a channel can follow it.</summary>
    public bool IsSound => AreSound(Stages) && ControlPercent is >= 0 and <= MaxControlPercent;

    /// <summary>Whether they can be the steps of a ramp.</summary>
    public static bool AreSound(ImmutableArray<RampStage> stages) => stages is { IsDefault: false, Length: > 0 and <= MaxStages }
        && stages.All(stage => stage is { Percent: >= 1 and <= 100, MinGood: >= 0 and <= MaxGood } && stage.Soak >= TimeSpan.Zero && stage.Soak <= MaxSoak)
        && stages.Zip(stages.Skip(1)).All(pair => pair.First.Percent < pair.Second.Percent);

    public bool Equals(Ramp? other) => other is not null && ControlPercent == other.ControlPercent && Stages.SequenceEqual(other.Stages);

    public override int GetHashCode() => HashCode.Combine(ControlPercent, Stages.Length);

    /// <summary>Such as <c>5%/01:00:00/10 100%/1.00:00:00/50, control 5%</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', Stages)}, control {ControlPercent}%");

    /// <returns>Null when these are not the words of a ramp.</returns>
    public static Ramp? Parse(string words)
    {
        if (Words().Match(words) is not { Success: true } match
            || !int.TryParse(match.Groups["control"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var control))
        {
            return null;
        }

        var stages = match.Groups["stages"].Value.Split(' ').Select(RampStage.Parse).ToArray();
        var ramp = new Ramp([.. stages.OfType<RampStage>()], control);
        return ramp.IsSound && ramp.ToString() == words ? ramp : null;
    }

    [GeneratedRegex(@"\A(?<stages>[^,]+), control (?<control>[0-9]+)%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
