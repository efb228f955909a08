using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Devices.Erasure;

/// <summary><c>DELETE /api/manage/apps/{app}/devices/{device}</c>: forgets a device. Its id is turned into its pseudonym at once.</summary>
internal sealed class DeviceErasureFunction(ManagementApi management, DeviceErasure erasure, Pepper pepper)
{
    private const string DryRun = "dry_run";

    [Function("ManageDeviceErasure")]
    [Operation("Erase what is held about a device", typeof(ErasedDevice), ProblemCode.InvalidParameter, Query = [DryRun])]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = ManagementApi.App + "/devices/{device}")] HttpRequest request,
        string app,
        string device,
        CancellationToken cancellation) => management.AnswerAsync(
            request,
            Scopes.Admin,
            app,
            async (by, id) =>
            {
                if (DeviceIdentity.Parse(id.Value, device, pepper, out var found) is not null)
                {
                    return Problem.InvalidParameter("device", "a UUID").ToHttp();
                }

                // What cannot be taken back must not be done for a misspelt "true".
                return request.Query[DryRun].ToString() switch
                {
                    "" or "false" => Show(await erasure.RunAsync(by, found, isDryRun: false, cancellation)),
                    "true" => Show(await erasure.RunAsync(by, found, isDryRun: true, cancellation)),
                    _ => Problem.InvalidParameter(DryRun, "true or false").ToHttp(),
                };
            },
            cancellation);

    private static IResult Show(ErasedDevice erased) => Results.Json(erased, ManagementJson.Default.ErasedDevice);
}
