namespace Serverless.Approvals;

/// <summary>What one approver agreed to.</summary>
/// <param name="By">The principal.</param>
/// <param name="Percent">Of the devices, that the channel may lead to the release; from 1 to 100.</param>
/// <param name="At">When.</param>
internal sealed record Approval(string By, int Percent, DateTimeOffset At);

/// <summary>What somebody decided by himself: against a release, or for one whose approvals are missing.</summary>
/// <param name="By">The principal.</param>
/// <param name="Reason">For people.</param>
/// <param name="At">When.</param>
internal sealed record SoleDecision(string By, string Reason, DateTimeOffset At);
