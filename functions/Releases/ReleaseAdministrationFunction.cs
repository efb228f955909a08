using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Bundles.Content;
using Serverless.Management;
using Serverless.Management.Documents;
using Serverless.Rollbacks;

namespace Serverless.Releases;

/// <summary><c>/api/manage/apps/{app}/releases</c>: what was published, and what became of it.</summary>
internal sealed class ReleaseAdministrationFunction(
    ManagementApi management, ReleaseAdministration releases, ReleasePromotion promotion, OrderedWithdrawal withdrawal)
{
    private const string List = ManagementApi.App + "/releases";
    private const string One = List + "/{version}";

    [Function("ManageReleases")]
    [Operation("List releases, newest first", typeof(ReleaseList), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = List)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.ListAsync(
            request, app, ManagementJson.Default.ReleaseList, isNumbered: true, (id, page) => releases.ListAsync(id, page, cancellation), cancellation);

    [Function("ManageRelease")]
    [Operation("Show a release with its outcomes and the evidence against it", typeof(ReleaseDescription), ProblemCode.ReleaseNotFound)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string app, string version, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Read,
            app,
            (_, id) => ShowAsync(request.HttpContext.Response, id, version, cancellation),
            cancellation);

    /// <summary>Whoever acts is shown what is there, so reading is asked for as well as the act itself.</summary>
    [Function("ManageReleaseAct")]
    [Operation(
        "Promote or withdraw a release, or tell what that would do",
        typeof(ReleaseActDescription),
        ProblemCode.ReleaseNotFound, ProblemCode.ChannelNotFound, ProblemCode.ReleaseWithdrawn, ProblemCode.ReleaseCollected, ProblemCode.ReleaseUnverified, ProblemCode.VersionNotHigher, ProblemCode.ApprovalRequired,
        ContentRule.NewScriptOrigin, ContentRule.CspLoosened,
        Body = typeof(ReleaseOrder),
        NeedsMatch = true)]
    public Task<IResult> ActAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One)] HttpRequest request, string app, string version, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Read, app, (by, id) => ActAsync(request, by, id, version, cancellation), cancellation);

    private async Task<IResult> ActAsync(HttpRequest request, Principal by, AppId app, string version, CancellationToken cancellation)
    {
        var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.ReleaseOrder, cancellation);
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        if (!by.May(order!.Action is ReleaseAction.Promote ? Scopes.Promote : Scopes.Rollback, app.Value))
        {
            return Problem.Forbidden.ToHttp();
        }

        if (!BundleVersion.TryParse(version, out var about))
        {
            return Problem.ReleaseNotFound.ToHttp();
        }

        var isKnown = IfMatch.Read(request);
        if (isKnown is null && !order.DryRun)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        (problem, var act) = order.Action is ReleaseAction.Promote
            ? await promotion.RunAsync(by, app, about, order, isKnown ?? Anything, cancellation)
            : await withdrawal.RunAsync(by, app, about, order, isKnown ?? Anything, cancellation);
        return problem?.ToHttp() ?? Results.Json(act, ManagementJson.Default.ReleaseActDescription);
    }

    private async Task<IResult> ShowAsync(HttpResponse response, AppId app, string version, CancellationToken cancellation)
    {
        if (!BundleVersion.TryParse(version, out var about) || await releases.FindAsync(app, about, cancellation) is not var (release, tag))
        {
            return Problem.ReleaseNotFound.ToHttp();
        }

        response.Headers.ETag = $"\"{tag}\"";
        return Results.Json(release, ManagementJson.Default.ReleaseDescription);
    }

    private static bool Anything(string tag) => true;
}
