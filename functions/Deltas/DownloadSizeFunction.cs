using Microsoft.AspNetCore.Http;
using Serverless.Devices;

namespace Serverless.Deltas;

/// <summary><c>POST /api/updates/manifest_size</c>: the plugin's <c>updateUrl</c> with a segment more, and without its query.</summary>
internal sealed class DownloadSizeFunction(DownloadSize size, DeviceBody body)
{
    // Some 7,000 files with signatures and addresses.
    private const int MaxBytes = 8 * 1024 * 1024;

    [Function("DownloadSize")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/updates/manifest_size")] HttpRequest request, CancellationToken cancellation) =>
        await body.ReadAsync(request, WireJson.Default.DownloadSizeRequest, cancellation, MaxBytes) switch
        {
            ({ } fault, _, _) => fault.ToHttp(),
            (_, { } device, { Manifest: { } manifest } asked) when manifest.OfType<MissingFile>().ToArray() is var missing && missing.Length == manifest.Count =>
                Results.Json(await size.RunAsync(device, asked.Version, missing, cancellation), WireJson.Default.DownloadSizeAnswer),
            _ => RequestFault.InvalidBody.ToHttp(),
        };
}
