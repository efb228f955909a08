namespace Serverless.Approvals;

/// <summary>What somebody does about a request.</summary>
internal enum ApprovalAction
{
    Approve,

    /// <summary>Take one's own approval back.</summary>
    Withdraw,

    /// <summary>Decide against it: what others gave is void, and the upload is refused.</summary>
    Decline,

    /// <summary>Let it go on without the approvals it lacks.</summary>
    BreakGlass,
}

/// <param name="Action">What.</param>
/// <param name="Sha256">Of the bundle that the caller has looked at.</param>
/// <param name="Percent">To approve: of the devices, from 1 to 100.</param>
/// <param name="Reason">To decline and to break glass: why, for the ledger.</param>
internal sealed record ApprovalOrder(ApprovalAction Action, string Sha256, int Percent = 100, string? Reason = null)
{
    public const int MaxReason = 500;

    public bool NeedsReason => Action is ApprovalAction.Decline or ApprovalAction.BreakGlass;
}
