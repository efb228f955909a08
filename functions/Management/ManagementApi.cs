using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Management;

/// <summary>What every function below <c>/api/manage</c> shares: nothing is looked at before the caller is known and may do what is asked.</summary>
internal sealed class ManagementApi(IAuthentication authentication, ReleaseCatalog catalog)
{
    public const string Apps = "api/manage/apps";

    /// <summary>The route of an app; the routes of what belongs to it begin with it.</summary>
    public const string App = Apps + "/{app}";

    /// <summary>Answers about an app that exists.</summary>
    public Task<IResult> AnswerAsync(HttpRequest request, Scopes scope, string app, Func<Principal, AppId, Task<IResult>> answer, CancellationToken cancellation) => AnswerAsync(
        request,
        scope,
        app,
        async by => AppId.TryParse(app, out var id) && (await catalog.ReadAppAsync(id, cancellation)).Exists ? await answer(by, id) : Problem.AppNotFound.ToHttp(),
        cancellation);

    /// <summary>Answers with a page of what belongs to an app.</summary>
    /// <param name="request">The call.</param>
    /// <param name="app">The app that the call names, known or not.</param>
    /// <param name="json">Of the page.</param>
    /// <param name="isNumbered">The list counts its entries: a page of it begins behind a number.</param>
    /// <param name="list">Reads the page.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<IResult> ListAsync<T>(
        HttpRequest request, string app, JsonTypeInfo<T> json, bool isNumbered, Func<AppId, Page, Task<T>> list, CancellationToken cancellation) => AnswerAsync(
        request,
        Scopes.Read,
        app,
        async (_, id) =>
        {
            var problem = isNumbered ? Page.ReadNumbered(request, out var page) : Page.Read(request, out page);
            return problem?.ToHttp() ?? Results.Json(await list(id, page), json);
        },
        cancellation);

    /// <param name="request">The call.</param>
    /// <param name="scope">What the caller must be allowed.</param>
    /// <param name="app">The app that the call names, known or not; null when it concerns all of them.</param>
    /// <param name="answer">Does what is asked, in the name of the caller.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<IResult> AnswerAsync(HttpRequest request, Scopes scope, string? app, Func<Principal, Task<IResult>> answer, CancellationToken cancellation) =>
        AnswerAsync(request, by => by.May(scope, app), answer, cancellation);

    /// <summary>Answers about whichever apps the caller may see: one who is limited to some is answered too, and is to be shown no others.</summary>
    public Task<IResult> AnswerAnyAppAsync(HttpRequest request, Scopes scope, Func<Principal, Task<IResult>> answer, CancellationToken cancellation) =>
        AnswerAsync(request, by => by.May(scope, by.Apps?.FirstOrDefault()), answer, cancellation);

    private Task<IResult> AnswerAsync(HttpRequest request, Predicate<Principal> may, Func<Principal, Task<IResult>> answer, CancellationToken cancellation) =>
        PublicApi.AnswerAsync(async () =>
        {
            var (problem, principal) = await authentication.AuthenticateAsync(request, cancellation);
            if (problem is { Status: StatusCodes.Status401Unauthorized })
            {
                request.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
            }

            return problem is not null ? problem.ToHttp()
                : may(principal!) ? ConditionalAnswer.To(request, await answer(principal!))
                : Problem.Forbidden.ToHttp();
        });
}
