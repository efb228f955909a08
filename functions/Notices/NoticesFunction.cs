using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Management;

namespace Serverless.Notices;

/// <summary><c>GET /api/notices?app=…&amp;platform=…&amp;version=…&amp;lang=…&amp;device=…</c>: what an app should tell its user. An unknown app has no notices.</summary>
internal sealed class NoticesFunction(NoticeReading notices, DeviceNetworks networks, IDeviceGate gate, Pepper pepper)
{
    [Function("Notices")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/notices")] HttpRequest request, CancellationToken cancellation) =>
        PublicApi.AnswerAsync(async () =>
        {
            if (NoticeViewer.Parse(request.Query, pepper, out var viewer) is { } problem)
            {
                return problem.ToHttp();
            }

            // What a device is told depends on what it did, so whoever names one must show that it speaks for it.
            var network = networks.Of(request);
            if (viewer.Device is { } device && !(await gate.JudgeAsync(request, ReadOnlyMemory<byte>.Empty, viewer.App, network)).Includes(device))
            {
                viewer = viewer with { App = AppId.None };
            }

            var list = new NoticeViewList(await notices.ReadAsync(viewer, network, LanguageTag.Wanted(request), cancellation));
            return PublicAnswer.Json(list, ManagementJson.Default.NoticeViewList, isPrivate: viewer.Device is not null);
        });
}
