using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;
using Serverless.Releases;

namespace Serverless.Errors;

/// <summary><c>/api/manage/apps/{app}/errors</c>: what goes wrong on devices, of all releases or of <c>?version=</c>, and of <c>?code=</c>.</summary>
internal sealed class ErrorsFunction(ManagementApi management, ErrorGroups groups)
{
    [Function("ManageErrors")]
    [Operation("List what goes wrong on devices", typeof(ErrorList), ProblemCode.MissingParameter, Query = ["version", "code"])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ManagementApi.App + "/errors")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Read, app, async (_, id) =>
        {
            BundleVersion? version = null;
            if (request.Query["version"].ToString() is { Length: > 0 } asked)
            {
                if (!BundleVersion.TryParse(asked, out var parsed))
                {
                    return Problem.InvalidParameter("version", "a release's version").ToHttp();
                }

                version = parsed;
            }

            var code = request.Query["code"].ToString();
            var found = await groups.ListAsync(id, version, code.Length > 0 ? code : null, cancellation);
            return found is null
                ? Problem.MissingParameter("version").ToHttp()
                : Results.Json(new ErrorList([.. found.Select(ErrorDescription.Of)]), ManagementJson.Default.ErrorList);
        }, cancellation);
}
