using Microsoft.AspNetCore.Http;
using Serverless.Devices;
using Serverless.Reports;

namespace Serverless.Updates;

/// <summary><c>POST /api/updates</c>: the plugin's <c>updateUrl</c>.</summary>
internal sealed class UpdateCheckFunction(UpdateCheck check, DeviceBody body, Tickets tickets)
{
    [Function("UpdateCheck")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/updates")] HttpRequest request, CancellationToken cancellation) =>
        await body.ReadAsync(request, WireJson.Default.DeviceInfo, cancellation) switch
        {
            (null, { Native: null, VersionBuild: not "unknown" and var build }, _) =>
                (RequestFault.InvalidNativeVersion with { MoreInfo = new FaultDetail { VersionBuild = build } }).ToHttp(),
            (null, { } device, var info) => new AnswerResult(await check.RunAsync(
                tickets.IsGood(info?.CustomId, new DeviceIdentity(device.App, device.Device)) ? device with { Network = null } : device, cancellation)),
            var (fault, _, _) => fault!.ToHttp(),
        };
}
