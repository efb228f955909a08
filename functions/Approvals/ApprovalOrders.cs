using Serverless.Access;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Approvals;

/// <summary>Who may do what about a request. Pure.</summary>
internal static class ApprovalOrders
{
    /// <returns>What is wrong with an order by itself, or null.</returns>
    public static Problem? FindFault(ApprovalOrder order) => order switch
    {
        _ when !Sha256Digest.TryParse(order.Sha256, out _) => Problem.InvalidMember("sha256"),
        { Percent: < 1 or > 100 } => Problem.InvalidMember("percent"),
        { NeedsReason: true } when string.IsNullOrWhiteSpace(order.Reason) => Problem.InvalidMember("reason"),
        { Reason.Length: > ApprovalOrder.MaxReason } => Problem.InvalidMember("reason"),
        _ => null,
    };

    /// <param name="by">Who orders it.</param>
    /// <param name="app">The app.</param>
    /// <param name="channel">The channel as it is; null when there is none.</param>
    /// <param name="request">The request as it is; null when there is none.</param>
    /// <param name="order">Without a fault.</param>
    /// <param name="now">When.</param>
    /// <returns>What speaks against it, or the act; neither when it is so already.</returns>
    public static (Problem? Problem, ApprovalAct? Act) Decide(
        Principal by, AppId app, Channel? channel, ApprovalRequest? request, ApprovalOrder order, DateTimeOffset now)
    {
        var isAdmin = by.May(Scopes.Admin, app.Value);
        return (order.Action, channel?.Approvals) switch
        {
            _ when request is null => (Problem.ApprovalNotFound, null),
            (_, null) => (Problem.ApprovalsNotRequired, null),
            _ when !Sha256Digest.TryParse(order.Sha256, out var sha256) || sha256 != request.Sha256 => (Problem.DigestMismatch, null),
            (ApprovalAction.BreakGlass, _) when !isAdmin => (Problem.NotAnApprover, null),
            (ApprovalAction.Approve or ApprovalAction.Withdraw, { } policy) when !policy.Names(by.Id) => (Problem.NotAnApprover, null),
            (ApprovalAction.Decline, { } policy) when !policy.Names(by.Id) && !isAdmin => (Problem.NotAnApprover, null),
            (ApprovalAction.Decline, _) => (null, ApprovalActs.Decline(request, by.Id, order.Reason!.Trim(), now)),
            _ when request.Declined is not null => (Problem.ApprovalDeclined, null),
            (ApprovalAction.Approve, { UploaderMayApprove: false }) when request.By is null => (Problem.UploaderUnknown, null),
            (ApprovalAction.Approve, { UploaderMayApprove: false }) when request.By == by.Id => (Problem.OwnUpload, null),
            (ApprovalAction.Approve, { } policy) => (null, ApprovalActs.Approve(policy, request, by.Id, order.Percent, now)),
            (ApprovalAction.Withdraw, { } policy) => (null, ApprovalActs.Withdraw(policy, request, by.Id, now)),
            (_, { } policy) => (null, ApprovalActs.BreakGlass(policy, request, by.Id, order.Reason!.Trim(), now)),
        };
    }
}
