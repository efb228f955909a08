using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Apps;

/// <summary><c>/api/manage/apps</c>: the apps that the caller may see.</summary>
internal sealed class AppAdministrationFunction(ManagementApi management, AppAdministration apps)
{
    [Function("ManageApps")]
    [Operation("List the apps that the caller may see", typeof(AppList), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ManagementApi.Apps)] HttpRequest request, CancellationToken cancellation) =>
        management.AnswerAnyAppAsync(
            request,
            Scopes.Read,
            async by => Page.Read(request, out var page)?.ToHttp()
                ?? Results.Json(await apps.ListAsync(by, page, cancellation), ManagementJson.Default.AppList),
            cancellation);

    [Function("ManageApp")]
    [Operation("Show an app", typeof(AppDescription))]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ManagementApi.App)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(
            request, Scopes.Read, app, async (_, id) => Results.Json(await apps.DescribeAsync(id, cancellation), ManagementJson.Default.AppDescription), cancellation);
}
