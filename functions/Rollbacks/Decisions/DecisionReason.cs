using System.Globalization;

namespace Serverless.Rollbacks.Decisions;

/// <summary>Writes down what a decision was made of, for the ledger and for people.</summary>
internal static class DecisionReason
{
    private const int TopCodes = 3;

    // Beyond this a number impresses and informs no more.
    private static readonly double LogMost = double.Log(1e6);

    /// <summary>What a test saw, as one sentence.</summary>
    public static string Of(Judgement judgement) =>
        $"{Count(judgement.Candidate, "exposed devices")}, {Control(judgement)}; evidence {Evidence(judgement.LogEvidence)} against {Evidence(judgement.LogNeeded)} needed.";

    /// <summary>Why nothing is done.</summary>
    public static string OfNone(Judgement judgement, RollbackOptions options) => judgement.HasEnoughFailures
        ? Of(judgement)
        : string.Create(CultureInfo.InvariantCulture, $"{Of(judgement)} A decision takes {options.MinFailedDevices} failed devices.");

    /// <summary>Why something is done.</summary>
    public static string Of(Suspect? suspect, Judgement overall, ReleaseEvidence evidence, RollbackOptions options)
    {
        var why = suspect is null
            ? Of(overall)
            : $"On {suspect.Cell} {Of(suspect.Inside)} Of the rest {Count(suspect.Rest.Candidate)}.";
        var before = evidence.Withdrawn.IsEmpty
            ? ""
            : $" It was withdrawn from {string.Join(", ", evidence.Withdrawn.Select(cell => cell.ToString()).Order(StringComparer.Ordinal))} before.";
        var codes = evidence.Failures.IsEmpty ? "" : $" Most often: {string.Join(", ", Top(evidence))}.";
        var pause = (evidence.BarredFromGoingBack, options.Action) switch
        {
            ({ } barred, _) => $" Paused, not rolled back: {barred}",
            (_, RollbackAction.Pause) => " Paused, not rolled back: so it is set.",
            _ => "",
        };
        return $"{why}{before}{codes}{pause}";
    }

    private static IEnumerable<string> Top(ReleaseEvidence evidence) => evidence.Failures
        .OrderByDescending(failure => failure.Devices)
        .ThenBy(failure => failure.Code, StringComparer.Ordinal)
        .Take(TopCodes)
        .Select(failure => string.Create(CultureInfo.InvariantCulture, $"{failure.Code} ({failure.Devices})"));

    private static string Count(Arm arm, string? what = null) => string.Create(
        CultureInfo.InvariantCulture, $"{arm.Failed} of {arm.Devices} {(what is null ? "" : $"{what} ")}failed ({arm.Rate:P1})");

    private static string Control(Judgement judgement) => judgement.Source switch
    {
        ControlSource.Live => $"and {Count(judgement.Control, "devices held back")}",
        ControlSource.History => $"where the history of the stable release ({Count(judgement.Control)}) allows {Share(judgement.HealthyRate)}",
        _ => $"where {Share(judgement.HealthyRate)} is allowed until the stable release has more history ({Count(judgement.Control)})",
    };

    private static string Share(double rate) => rate.ToString("P1", CultureInfo.InvariantCulture);

    private static string Evidence(double log) => log switch
    {
        _ when log > LogMost => "over a million",
        >= 3 => double.Exp(log).ToString("0", CultureInfo.InvariantCulture),
        _ => double.Exp(log).ToString("0.##", CultureInfo.InvariantCulture),
    };
}
