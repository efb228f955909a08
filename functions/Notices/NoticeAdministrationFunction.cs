using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Notices;

/// <summary><c>/api/manage/apps/{app}/notices</c>: what end users are told, for people. A change names the ETag of what it changes.</summary>
internal sealed class NoticeAdministrationFunction(ManagementApi management, NoticeBoard board)
{
    private const string List = ManagementApi.App + "/notices";
    private const string One = List + "/{notice}";

    [Function("ManageNotices")]
    [Operation("List notices, newest first", typeof(NoticeDescriptionList), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = List)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.ListAsync(
            request, app, ManagementJson.Default.NoticeDescriptionList, isNumbered: false, (id, page) => board.ListAsync(id, page, cancellation), cancellation);

    [Function("ManageNoticePublish")]
    [Operation("Publish a notice", typeof(NoticeDescription), ProblemCode.TooManyNotices, Body = typeof(NoticeDraft), Status = StatusCodes.Status201Created)]
    public Task<IResult> PublishAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = List)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Promote, app, (by, id) => PublishAsync(request, by, id, cancellation), cancellation);

    [Function("ManageNoticePreview")]
    [Operation("Show what a viewer would see of a notice that is not published yet", typeof(NoticePreview), Body = typeof(NoticePreviewOrder))]
    public Task<IResult> PreviewAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = List + "/preview")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Read, app, (_, id) => PreviewAsync(request, id, cancellation), cancellation);

    [Function("ManageNotice")]
    [Operation("Show a notice", typeof(NoticeDescription), ProblemCode.NoticeNotFound)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string app, string notice, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Read, app, notice, (_, _, found) => Task.FromResult(Show(found, request.HttpContext.Response)), cancellation);

    [Function("ManageNoticeChange")]
    [Operation("Change a notice", typeof(NoticeDescription), ProblemCode.NoticeNotFound, ProblemCode.NoticeClosed, Body = typeof(NoticeDraft), NeedsMatch = true)]
    public Task<IResult> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One)] HttpRequest request, string app, string notice, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Promote, app, notice, (by, id, found) => ChangeAsync(request, by, id, found, cancellation), cancellation);

    [Function("ManageNoticeClose")]
    [Operation("Close a notice", typeof(NoticeDescription), ProblemCode.NoticeNotFound, NeedsMatch = true)]
    public Task<IResult> CloseAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string app, string notice, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Promote, app, notice, (by, id, found) => CloseAsync(request, by, id, found, cancellation), cancellation);

    private async Task<IResult> PublishAsync(HttpRequest request, Principal by, AppId app, CancellationToken cancellation)
    {
        var (problem, draft) = await ReadDraftAsync(request, cancellation);
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        if (await board.PublishAsync(by, app, draft!, cancellation) is not { } notice)
        {
            return Problem.TooManyNotices.ToHttp();
        }

        request.HttpContext.Response.Headers.Location = $"{request.PathBase}{request.Path.Value?.TrimEnd('/')}/{notice.Id}";
        return Show(notice, request.HttpContext.Response, StatusCodes.Status201Created);
    }

    private async Task<IResult> ChangeAsync(HttpRequest request, Principal by, AppId app, Notice notice, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        if (notice.StateAt(board.Now) is NoticeState.Closed)
        {
            return Problem.NoticeClosed.ToHttp();
        }

        var (problem, draft) = await ReadDraftAsync(request, cancellation);
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        return await board.ChangeAsync(by, app, notice.Id, draft!, isKnown, cancellation) is { } changed
            ? Show(changed, request.HttpContext.Response)
            : Problem.ChangedMeanwhile.ToHttp();
    }

    private async Task<IResult> CloseAsync(HttpRequest request, Principal by, AppId app, Notice notice, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        return await board.CloseAsync(by, app, notice.Id, isKnown, cancellation) is { } closed
            ? Show(closed, request.HttpContext.Response)
            : Problem.ChangedMeanwhile.ToHttp();
    }

    private async Task<IResult> PreviewAsync(HttpRequest request, AppId app, CancellationToken cancellation)
    {
        var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.NoticePreviewOrder, cancellation);
        problem ??= order!.Notice.FindProblem();
        return problem?.ToHttp() ?? Results.Json(NoticePreview.Of(app, order!, board.Now), ManagementJson.Default.NoticePreview);
    }

    private static async Task<(Problem? Problem, NoticeDraft? Draft)> ReadDraftAsync(HttpRequest request, CancellationToken cancellation)
    {
        var (problem, draft) = await ManagementBody.ReadAsync(request, ManagementJson.Default.NoticeDraft, cancellation);
        return (problem ?? draft?.FindProblem(), draft);
    }

    /// <summary>Answers for a notice that exists.</summary>
    private Task<IResult> AnswerAsync(
        HttpRequest request, Scopes scope, string app, string notice, Func<Principal, AppId, Notice, Task<IResult>> answer, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            scope,
            app,
            async (by, id) => NoticeId.IsValid(notice) && await board.FindAsync(id, notice, cancellation) is { } found
                ? await answer(by, id, found)
                : Problem.NoticeNotFound.ToHttp(),
            cancellation);

    private NoticeDescription Describe(Notice notice) => NoticeDescription.Of(notice, board.Now);

    private IResult Show(Notice notice, HttpResponse response, int status = StatusCodes.Status200OK)
    {
        response.Headers.ETag = $"\"{notice.Tag()}\"";
        return Results.Json(Describe(notice), ManagementJson.Default.NoticeDescription, statusCode: status);
    }
}
