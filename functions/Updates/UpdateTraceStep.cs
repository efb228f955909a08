namespace Serverless.Updates;

/// <summary>One rule as it was asked about a device, for people who want to know why it got its answer.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Inputs">What the rule looked at.</param>
/// <param name="Verdict">The answer's code, or <c>pass</c> when the next rule was asked.</param>
internal sealed record UpdateTraceStep(string Rule, string Inputs, string Verdict)
{
    public const string Pass = "pass";

    public static string Describe(UpdateDecision? answer) => answer switch
    {
        null => Pass,
        UpdateDecision.Offer offer => $"offer {offer.Release.Version}{(offer.FileList is null ? " as a zip" : " file by file")}",
        UpdateDecision.Revert => "revert to builtin",
        UpdateDecision.UpToDate upToDate => upToDate.Code,
        UpdateDecision.Blocked blocked => blocked.Code,
        UpdateDecision.Failed failed => failed.Code,
        _ => throw new InvalidOperationException($"No description for {answer.GetType().Name}."),
    };
}
