using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Devices;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Rollouts;

/// <summary><c>/api/manage/apps/{app}/devices/{device}/pin</c>: leads one device elsewhere. The device id is turned into its pseudonym at once.</summary>
internal sealed class PinFunction(ManagementApi management, PinAdministration pins, Pepper pepper)
{
    private const string Route = ManagementApi.App + "/devices/{device}/pin";

    [Function("ManagePin")]
    [Operation("Show where a device is pinned", typeof(PinDescription), ProblemCode.InvalidParameter)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Read, app, device, async (_, found) => Show(found, await pins.FindAsync(found, cancellation)), cancellation);

    [Function("ManagePinChange")]
    [Operation(
        "Pin a device to a release or channel",
        typeof(PinDescription),
        ProblemCode.InvalidParameter, ProblemCode.ChannelNotFound, ProblemCode.ReleaseNotFound, ProblemCode.ReleaseWithdrawn, ProblemCode.ReleaseCollected, ProblemCode.TooManyPins,
        Body = typeof(PinOrder))]
    public Task<IResult> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Promote, app, device, async (by, found) =>
        {
            var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.PinOrder, cancellation);
            if (problem is not null)
            {
                return problem.ToHttp();
            }

            (problem, var pin) = await pins.PinAsync(by, found, order!, cancellation);
            return problem?.ToHttp() ?? Show(found, pin);
        }, cancellation);

    [Function("ManagePinRemoval")]
    [Operation("Let a device follow its channel again", typeof(PinDescription), ProblemCode.InvalidParameter)]
    public Task<IResult> RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(request, Scopes.Promote, app, device, async (by, found) =>
        {
            await pins.UnpinAsync(by, found, cancellation);
            return Show(found, pin: null);
        }, cancellation);

    private Task<IResult> AnswerAsync(
        HttpRequest request, Scopes scope, string app, string device, Func<Principal, DeviceIdentity, Task<IResult>> answer, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            scope,
            app,
            async by => DeviceIdentity.Parse(app, device, pepper, out var identity) is null
                ? await answer(by, identity)
                : (Apps.AppId.TryParse(app, out _) ? Problem.InvalidParameter("device", "a UUID") : Problem.AppNotFound).ToHttp(),
            cancellation);

    private static IResult Show(DeviceIdentity device, Pin? pin) =>
        Results.Json(new PinDescription(device.Device.Hex, pin?.Version?.Value, pin?.Channel?.Value), ManagementJson.Default.PinDescription);
}
