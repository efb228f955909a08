using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Devices.Enrolment;

/// <summary>
/// <c>/api/manage/apps/{app}/devices/enrolments</c> hands out codes, <c>…/devices/{device}/key</c> shows and ends a device's key. The device id is
/// turned into its pseudonym at once.
/// </summary>
internal sealed class EnrolmentAdministrationFunction(ManagementApi management, EnrolmentAdministration enrolment, Pepper pepper)
{
    private const string Devices = ManagementApi.App + "/devices";
    private const string Key = Devices + "/{device}/key";

    [Function("ManageEnrolments")]
    [Operation("Issue codes with which devices enrol their keys", typeof(EnrolmentCodeList), Body = typeof(EnrolmentOrder))]
    public Task<IResult> IssueAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Devices + "/enrolments")] HttpRequest request, string app, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            Scopes.Devices,
            app,
            async (by, id) =>
            {
                var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.EnrolmentOrder, cancellation);
                if (problem is not null)
                {
                    return problem.ToHttp();
                }

                (problem, var codes) = await enrolment.IssueAsync(by, id, order!, cancellation);
                return problem?.ToHttp() ?? Results.Json(codes, ManagementJson.Default.EnrolmentCodeList);
            },
            cancellation);

    [Function("ManageDeviceKey")]
    [Operation("Show the key that a device enrolled", typeof(DeviceKeyDescription), ProblemCode.InvalidParameter)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Key)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Read, app, device, (_, found) => enrolment.ReadAsync(found, cancellation), cancellation);

    [Function("ManageDeviceKeyRevocation")]
    [Operation("Revoke the key that a device enrolled", typeof(DeviceKeyDescription), ProblemCode.InvalidParameter)]
    public Task<IResult> RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Key)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Admin, app, device, (by, found) => enrolment.RevokeAsync(by, found, cancellation), cancellation);

    private Task<IResult> AnswerAsync(
        HttpRequest request, Scopes scope, string app, string device, Func<Principal, DeviceIdentity, Task<DeviceKeyDescription>> answer, CancellationToken cancellation) => management.AnswerAsync(
        request,
        scope,
        app,
        async (by, id) => DeviceIdentity.Parse(id.Value, device, pepper, out var found) is null
            ? Results.Json(await answer(by, found), ManagementJson.Default.DeviceKeyDescription)
            : Problem.InvalidParameter("device", "a UUID").ToHttp(),
        cancellation);
}
