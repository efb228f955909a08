using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Devices.Authentication;

/// <summary><c>/api/manage/apps/{app}/authentication</c>: what the app asks of its devices. A change of it names its ETag; app keys come and go by themselves.</summary>
internal sealed class AuthenticationAdministrationFunction(ManagementApi management, AuthenticationAdministration authentication)
{
    // Certificates and revocation lists, with the escapes of JSON.
    private const int MaxBytes = 64 * 1024;

    private const string Route = ManagementApi.App + "/authentication";
    private const string Keys = Route + "/keys";

    [Function("ManageAuthentication")]
    [Operation("Show what the app asks of its devices", typeof(AuthenticationDescription))]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Read, app, async (_, id) => Show(request, await authentication.ReadAsync(id, cancellation)), cancellation);

    [Function("ManageAuthenticationChange")]
    [Operation(
        "Set what the app asks of its devices",
        typeof(AuthenticationDescription),
        ProblemCode.InvalidCertificates, ProblemCode.AuthenticationUnmeetable,
        Body = typeof(AuthenticationSettings),
        NeedsMatch = true)]
    public Task<IResult> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Admin, app, (by, id) => ChangeAsync(by, request, id, cancellation), cancellation);

    [Function("ManageAppKeyIssue")]
    [Operation("Issue an app key", typeof(IssuedAppKey), ProblemCode.TooManyAppKeys)]
    public Task<IResult> IssueAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Keys)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Admin,
            app,
            async (by, id) => await authentication.IssueKeyAsync(by, id, cancellation) switch
            {
                ({ } problem, _) => problem.ToHttp(),
                (_, var issued) => Results.Json(issued, ManagementJson.Default.IssuedAppKey),
            },
            cancellation);

    [Function("ManageAppKeyRevocation")]
    [Operation("Revoke an app key", typeof(AuthenticationDescription), ProblemCode.AppKeyNotFound)]
    public Task<IResult> RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Keys + "/{key}")] HttpRequest request, string app, string key, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Admin,
            app,
            async (by, id) => await authentication.RevokeKeyAsync(by, id, key, cancellation) switch
            {
                ({ } problem, _) => problem.ToHttp(),
                (_, var after) => Show(request, after),
            },
            cancellation);

    private async Task<IResult> ChangeAsync(Principal by, HttpRequest request, AppId app, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        var (problem, settings) = await ManagementBody.ReadAsync(request, ManagementJson.Default.AuthenticationSettings, cancellation, MaxBytes);
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        (problem, var after) = await authentication.ChangeAsync(by, app, settings!, isKnown, cancellation);
        return problem?.ToHttp() ?? Show(request, after);
    }

    private static IResult Show(HttpRequest request, DeviceAuthentication asked)
    {
        request.HttpContext.Response.Headers.ETag = $"\"{AuthenticationAdministration.Tag(asked)}\"";
        return Results.Json(
            new AuthenticationDescription(
                asked.Methods, AuthenticationEdit.Describe(asked.Certificates), [.. asked.AppKeys.Select(key => new AppKeyDescription(key.Id, key.IssuedAt))]),
            ManagementJson.Default.AuthenticationDescription);
    }
}
