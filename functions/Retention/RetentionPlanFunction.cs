using Microsoft.AspNetCore.Http;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Retention;

/// <summary><c>/api/manage/apps/{app}/retention</c>: which releases stay, and why.</summary>
internal sealed class RetentionPlanFunction(ManagementApi management, RetentionPlanning planning)
{
    [Function("ManageRetention")]
    [Operation("Tell which releases the next run of retention collects, and why the others stay", typeof(RetentionPlan), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ManagementApi.App + "/retention")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.ListAsync(
            request, app, ManagementJson.Default.RetentionPlan, isNumbered: true, (id, page) => planning.ReadAsync(id, page, cancellation), cancellation);
}
