using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Management.Documents;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary><c>/api/manage/apps/{app}/incidents</c>: what happened to releases, and what people do about it.</summary>
internal sealed class IncidentAdministrationFunction(ManagementApi management, IncidentAdministration incidents)
{
    private const string List = ManagementApi.App + "/incidents";
    private const string One = List + "/{version}";

    [Function("ManageIncidents")]
    [Operation("List incidents, newest first", typeof(IncidentList), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = List)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.ListAsync(
            request, app, ManagementJson.Default.IncidentList, isNumbered: false, (id, page) => incidents.ListAsync(id, page, cancellation), cancellation);

    [Function("ManageIncident")]
    [Operation("Show an incident", typeof(IncidentDescription), ProblemCode.IncidentNotFound)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string app, string version, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Read, app, version, (_, _, found) => Task.FromResult(Show(found, request.HttpContext.Response)), cancellation);

    [Function("ManageIncidentOrder")]
    [Operation(
        "Decide about an incident",
        typeof(IncidentDescription),
        ProblemCode.IncidentNotFound, ProblemCode.ApprovalRequired,
        Body = typeof(IncidentOrder),
        NeedsMatch = true)]
    public Task<IResult> OrderAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One)] HttpRequest request, string app, string version, CancellationToken cancellation) =>
        AnswerAsync(
            request,
            Scopes.Rollback,
            app,
            version,
            async (by, id, found) =>
            {
                if (IfMatch.Read(request) is not { } isKnown)
                {
                    return Problem.MissingIfMatch.ToHttp();
                }

                var (fault, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.IncidentOrder, cancellation);
                var (problem, changed) = fault is null ? await incidents.OrderAsync(by, id, found.Version, order!, isKnown, cancellation) : (fault, null);
                return problem?.ToHttp() ?? Show(changed!, request.HttpContext.Response);
            },
            cancellation);

    /// <summary>Answers for an incident that exists.</summary>
    private Task<IResult> AnswerAsync(
        HttpRequest request, Scopes scope, string app, string version, Func<Principal, AppId, Incident, Task<IResult>> answer, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            scope,
            app,
            async (by, id) => BundleVersion.TryParse(version, out var about) && await incidents.FindAsync(id, about, cancellation) is { } found
                ? await answer(by, id, found)
                : Problem.IncidentNotFound.ToHttp(),
            cancellation);

    private static IResult Show(Incident incident, HttpResponse response)
    {
        response.Headers.ETag = $"\"{IncidentAdministration.Tag(incident)}\"";
        return Results.Json(IncidentDescription.Of(incident), ManagementJson.Default.IncidentDescription);
    }
}
