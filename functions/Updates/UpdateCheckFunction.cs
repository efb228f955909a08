using Microsoft.AspNetCore.Http;
using Serverless.Devices;

namespace Serverless.Updates;

/// <summary><c>POST /api/updates</c>: the plugin's <c>updateUrl</c>.</summary>
internal sealed class UpdateCheckFunction(UpdateCheck check, DeviceBody body)
{
    [Function("UpdateCheck")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "updates")] HttpRequest request, CancellationToken cancellation) =>
        await body.ReadDeviceAsync(request, cancellation) switch
        {
            (null, { } device) => Results.Json(await check.RunAsync(device, cancellation), WireJson.Default.UpdateAnswer),
            var (fault, _) => fault!.ToHttp(),
        };
}
