using System.Collections.Immutable;

namespace Serverless.Approvals;

/// <summary>What approvals amount to. Pure.</summary>
internal static class ApprovalRule
{
    /// <summary>
    /// The share that as many approvers as are required agree to. What was granted once outlives its approvals' time, so that a ramp may take
    /// longer than they wait for each other; who takes an approval back, or lowers it, takes the grant back with it.
    /// </summary>
    public static int Grant(ApprovalPolicy policy, ImmutableArray<Approval> approvals, int before, DateTimeOffset now) => Math.Max(
        Share(policy, approvals.Where(approval => !IsExpired(policy, approval, now))),
        Math.Min(before, Share(policy, approvals)));

    public static bool IsExpired(ApprovalPolicy policy, Approval approval, DateTimeOffset now) => now - approval.At >= policy.ExpiresAfter;

    /// <summary>The highest share that <see cref="ApprovalPolicy.Required"/> distinct approvers agree to; 0 for none.</summary>
    private static int Share(ApprovalPolicy policy, IEnumerable<Approval> approvals) => approvals
        .Where(approval => policy.Names(approval.By))
        .GroupBy(approval => approval.By, (_, own) => own.Max(approval => approval.Percent), StringComparer.Ordinal)
        .OrderDescending()
        .ElementAtOrDefault(policy.Required - 1);
}
