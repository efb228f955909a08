using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Management.Documents;
using Serverless.Releases;

namespace Serverless.Approvals;

/// <summary>A channel's <c>…/approvals</c>, who has to agree, and <c>…/approvals/{version}</c>, what they said; <c>…/apps/{app}/approvals</c> is all that was asked for.</summary>
internal sealed class ApprovalFunction(ManagementApi management, ChannelEndpoint channels, ApprovalAdministration approvals)
{
    private const string List = ManagementApi.App + "/approvals";
    private const string Policy = ChannelEndpoint.One + "/approvals";
    private const string One = Policy + "/{version}";

    [Function("ManageApprovals")]
    [Operation("List what was asked for, waiting ones first", typeof(ApprovalList), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = List)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.ListAsync(
            request, app, ManagementJson.Default.ApprovalList, isNumbered: false, (id, page) => approvals.ListAsync(id, page, cancellation), cancellation);

    [Function("ManageApprovalPolicy")]
    [Operation("Show who has to agree to a channel's releases", typeof(ApprovalSettings), ProblemCode.ChannelNotFound)]
    public Task<IResult> ReadPolicyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Policy)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        channels.AnswerAsync(request, Scopes.Read, app, channel, (_, _, found) => Task.FromResult(ShowPolicy(request, found)), cancellation);

    [Function("ManageApprovalPolicyChange")]
    [Operation(
        "Set who has to agree to a channel's releases",
        typeof(ApprovalSettings),
        ProblemCode.ChannelNotFound,
        Body = typeof(ApprovalSettings),
        NeedsMatch = true)]
    public Task<IResult> ChangePolicyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Policy)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        channels.AnswerAsync(request, Scopes.Admin, app, channel, (by, id, found) => ChangePolicyAsync(request, by, id, found, cancellation), cancellation);

    [Function("ManageApproval")]
    [Operation("Show what was asked for", typeof(ApprovalDescription), ProblemCode.ChannelNotFound, ProblemCode.ApprovalNotFound)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string app, string channel, string version, CancellationToken cancellation) =>
        channels.AnswerAsync(
            request,
            Scopes.Read,
            app,
            channel,
            async (_, id, found) => BundleVersion.TryParse(version, out var about) && await approvals.FindAsync(id, found, about, cancellation) is { } shown
                ? Show(shown)
                : Problem.ApprovalNotFound.ToHttp(),
            cancellation);

    [Function("ManageApprovalAct")]
    [Operation(
        "Approve, decline, take back or break the glass",
        typeof(ApprovalDescription),
        ProblemCode.ChannelNotFound, ProblemCode.ApprovalNotFound, ProblemCode.ApprovalsNotRequired, ProblemCode.DigestMismatch, ProblemCode.NotAnApprover, ProblemCode.ApprovalDeclined, ProblemCode.UploaderUnknown, ProblemCode.OwnUpload,
        Body = typeof(ApprovalOrder))]
    public Task<IResult> ActAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One)] HttpRequest request, string app, string channel, string version, CancellationToken cancellation) =>
        channels.AnswerAsync(
            request,
            Scopes.Promote,
            app,
            channel,
            async (by, id, found) =>
            {
                if (!BundleVersion.TryParse(version, out var about))
                {
                    return Problem.ApprovalNotFound.ToHttp();
                }

                var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.ApprovalOrder, cancellation);
                (problem, var shown) = problem is null ? await approvals.ActAsync(by, id, found.Name, about, order!, cancellation) : (problem, null);
                return problem?.ToHttp() ?? Show(shown!);
            },
            cancellation);

    private async Task<IResult> ChangePolicyAsync(HttpRequest request, Principal by, AppId app, Channel channel, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        var (problem, settings) = await ManagementBody.ReadAsync(request, ManagementJson.Default.ApprovalSettings, cancellation);
        problem ??= settings!.FindProblem();
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        return await approvals.SetPolicyAsync(by, app, channel.Name, settings!, isKnown, cancellation) is { } changed
            ? ShowPolicy(request, changed)
            : Problem.ChangedMeanwhile.ToHttp();
    }

    private static IResult ShowPolicy(HttpRequest request, Channel channel)
    {
        ChannelEndpoint.Tag(request, channel);
        return Results.Json(ApprovalSettings.Of(channel), ManagementJson.Default.ApprovalSettings);
    }

    private static IResult Show(ApprovalDescription shown) => Results.Json(shown, ManagementJson.Default.ApprovalDescription);
}
