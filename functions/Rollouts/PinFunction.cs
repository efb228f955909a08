using Microsoft.AspNetCore.Http;
using Serverless.Devices;
using Serverless.Management;

namespace Serverless.Rollouts;

/// <summary><c>/api/manage/apps/{app}/devices/{device}/pin</c>: leads one device elsewhere. The device id is turned into its pseudonym at once.</summary>
internal sealed class PinFunction(PinAdministration pins, Pepper pepper)
{
    private const string Route = ManagementApi.App + "/devices/{device}/pin";

    [Function("ManagePin")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(app, device, async found => Show(found, await pins.FindAsync(found, cancellation)));

    [Function("ManagePinChange")]
    public Task<IResult> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = Route)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(app, device, async found =>
        {
            var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.PinOrder, cancellation);
            if (problem is not null)
            {
                return problem.ToHttp();
            }

            (problem, var pin) = await pins.PinAsync(found, order!, cancellation);
            return problem?.ToHttp() ?? Show(found, pin);
        });

    [Function("ManagePinRemoval")]
    public Task<IResult> RemoveAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = Route)] HttpRequest request, string app, string device, CancellationToken cancellation) =>
        AnswerAsync(app, device, async found =>
        {
            await pins.UnpinAsync(found, cancellation);
            return Show(found, pin: null);
        });

    private Task<IResult> AnswerAsync(string app, string device, Func<DeviceIdentity, Task<IResult>> answer) => ManagementApi.AnswerAsync(async () =>
        DeviceIdentity.Parse(app, device, pepper, out var identity) is null
            ? await answer(identity)
            : (Apps.AppId.TryParse(app, out _) ? Problem.InvalidParameter("device", "a UUID") : Problem.AppNotFound).ToHttp());

    private static IResult Show(DeviceIdentity device, Pin? pin) =>
        Results.Json(new PinDescription(device.Device.Hex, pin?.Version?.Value, pin?.Channel?.Value), ManagementJson.Default.PinDescription);
}
