using Microsoft.AspNetCore.Http;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Access.Tokens;

/// <summary><c>/api/manage/tokens</c>: who may call this API, for admins.</summary>
internal sealed class TokenAdministrationFunction(ManagementApi management, TokenAdministration tokens)
{
    private const string List = "api/manage/tokens";
    private const string One = List + "/{token}";

    [Function("ManageTokens")]
    [Operation("List tokens", typeof(TokenDescriptionList))]
    public Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = List)] HttpRequest request, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Admin,
            app: null,
            async _ => Results.Json(new TokenDescriptionList(await tokens.ListAsync(cancellation)), ManagementJson.Default.TokenDescriptionList),
            cancellation);

    [Function("ManageTokenIssue")]
    [Operation(
        "Issue a token",
        typeof(TokenDescription),
        ProblemCode.TokenNameTaken, ProblemCode.TooManyTokens,
        Body = typeof(TokenOrder),
        Status = StatusCodes.Status201Created)]
    public Task<IResult> IssueAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = List)] HttpRequest request, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Admin, app: null, by => IssueAsync(request, by, cancellation), cancellation);

    [Function("ManageTokenRevoke")]
    [Operation("Revoke a token", typeof(TokenDescription), ProblemCode.TokenNotFound)]
    public Task<IResult> RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string token, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Admin,
            app: null,
            async by => await tokens.RevokeAsync(by, token, cancellation) is { } revoked
                ? Results.Json(revoked, ManagementJson.Default.TokenDescription)
                : Problem.TokenNotFound.ToHttp(),
            cancellation);

    private async Task<IResult> IssueAsync(HttpRequest request, Principal by, CancellationToken cancellation)
    {
        var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.TokenOrder, cancellation);
        problem ??= order!.FindProblem();
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        (problem, var issued) = await tokens.IssueAsync(by.Id, order!, cancellation);
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return Results.Json(issued, ManagementJson.Default.TokenDescription, statusCode: StatusCodes.Status201Created);
    }
}
