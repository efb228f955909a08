using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Bundles;

/// <summary><c>/api/manage/apps/{app}/quarantine</c>: refused uploads with the reason of each.</summary>
internal sealed class QuarantineFunction(ManagementApi management, QuarantineReading quarantine)
{
    [Function("ManageQuarantine")]
    [Operation("List refused uploads", typeof(QuarantineList), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ManagementApi.App + "/quarantine")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Read,
            app,
            async (_, id) =>
            {
                var problem = Page.Read(request, out var page);
                (problem, var list) = problem is null ? await quarantine.ListAsync(id, page, cancellation) : (problem, null);
                return problem?.ToHttp() ?? Results.Json(list, ManagementJson.Default.QuarantineList);
            },
            cancellation);
}
