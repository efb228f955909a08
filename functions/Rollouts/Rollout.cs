using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Serverless.Releases;

namespace Serverless.Rollouts;

/// <summary>A channel on its way from its stable release, which it points at, to a candidate, by share of devices. Every step is pure.</summary>
internal sealed partial record Rollout
{
    /// <summary>Salts the cohorts. Stays when the candidate is replaced, so that those who got the fault get the fix.</summary>
    public required string Id { get; init; }

    public required BundleVersion Candidate { get; init; }

    /// <summary>The steps and the control as they were when it began.</summary>
    public required Ramp Ramp { get; init; }

    /// <summary>Of <see cref="Ramp"/>, from 0.</summary>
    public required int Stage { get; init; }

    public required DateTimeOffset StageStartedAt { get; init; }

    /// <summary>Devices that are offered the candidate, in hundredths of a percent: those whose cohort is below it. Never reaches into the control.</summary>
    public required int Share { get; init; }

    /// <summary>Nobody new is offered the candidate; who runs it keeps it.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Devices held back on the stable release until the end, in hundredths of a percent: those with the highest cohorts.</summary>
    [JsonIgnore]
    public int ControlShare => ShareOf(Ramp.ControlPercent);

    /// <summary>The last step has begun.</summary>
    [JsonIgnore]
    public bool IsLastStage => Stage == Ramp.Stages.Length - 1;

    /// <param name="id">Used for no other rollout of the app.</param>
    /// <param name="candidate">Higher than the stable release.</param>
    /// <param name="ramp">A sound one.</param>
    /// <param name="now">When the first step begins.</param>
    public static Rollout Start(string id, BundleVersion candidate, Ramp ramp, DateTimeOffset now)
    {
        var rollout = new Rollout { Id = id, Candidate = candidate, Ramp = ramp, Stage = 0, StageStartedAt = now, Share = 0 };
        return rollout with { Share = rollout.Limit(ramp.Stages[0].Percent) };
    }

    /// <summary>
    /// Leads the same devices to another candidate and soaks anew. It is not paused any more: a fix is what a pause waits for.
    /// </summary>
    public Rollout Replace(BundleVersion candidate, DateTimeOffset now) =>
        this with { Candidate = candidate, Stage = StageReached(Share), StageStartedAt = now, IsPaused = false };

    public Rollout Pause() => this with { IsPaused = true };

    /// <summary>Soaks anew: nobody new came while it was paused.</summary>
    public Rollout Resume(DateTimeOffset now) => IsPaused ? this with { IsPaused = false, StageStartedAt = now } : this;

    /// <returns>Null when that many devices are led to the candidate already.</returns>
    public Rollout? Raise(int percent, DateTimeOffset now) => Limit(percent) is var share && share > Share
        ? this with { Share = share, Stage = StageReached(share), StageStartedAt = now }
        : null;

    /// <summary>Begins the next step. There must be one.</summary>
    public Rollout Advance(DateTimeOffset now) =>
        this with { Stage = Stage + 1, StageStartedAt = now, Share = Math.Max(Share, Limit(Ramp.Stages[Stage + 1].Percent)) };

    /// <summary>All of it, in words that can be read back.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Candidate} at {Share / 100}%, stage {Stage + 1} of {Ramp}, since {StageStartedAt:O}, {(IsPaused ? "paused" : "running")}, cohorts {Id}");

    /// <param name="words">Of a rollout, with or without a reason after them.</param>
    /// <returns>Null when these are not the words of a rollout.</returns>
    public static Rollout? Parse(string words)
    {
        var match = Words().Match(words);
        if (!match.Success
            || !BundleVersion.TryParse(match.Groups["candidate"].Value, out var candidate)
            || Ramp.Parse(match.Groups["ramp"].Value) is not { } ramp
            || !int.TryParse(match.Groups["share"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            || !int.TryParse(match.Groups["stage"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var stage)
            || !DateTimeOffset.TryParseExact(match.Groups["since"].ValueSpan, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var since))
        {
            return null;
        }

        var rollout = new Rollout
        {
            Id = match.Groups["id"].Value,
            Candidate = candidate,
            Ramp = ramp,
            Stage = stage - 1,
            StageStartedAt = since,
            Share = ShareOf(percent),
            IsPaused = match.Groups["state"].Value == "paused",
        };
        return rollout.Stage >= 0 && rollout.Stage < ramp.Stages.Length && $"{rollout}" == match.Groups["all"].Value ? rollout : null;
    }

    private static int ShareOf(int percent) => percent * (Cohorts.Count / 100);

    private int Limit(int percent) => Math.Min(ShareOf(percent), Cohorts.Count - ControlShare);

    private int StageReached(int share) => Math.Max(0, Ramp.Stages.Count(stage => Limit(stage.Percent) <= share) - 1);

    [GeneratedRegex(
        @"\A(?<all>(?<candidate>\S+) at (?<share>[0-9]+)%, stage (?<stage>[0-9]+) of (?<ramp>[^,]+, control [0-9]+%), since (?<since>\S+), (?<state>running|paused), cohorts (?<id>[^ :]+))(: .*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Words();
}
