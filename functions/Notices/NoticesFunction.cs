using Microsoft.AspNetCore.Http;
using Serverless.Devices;
using Serverless.Management;

namespace Serverless.Notices;

/// <summary><c>GET /api/notices?app=…&amp;platform=…&amp;version=…&amp;lang=…&amp;device=…</c>: what an app should tell its user. An unknown app has no notices.</summary>
internal sealed class NoticesFunction(NoticeReading notices, DeviceNetworks networks, Pepper pepper)
{
    [Function("Notices")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "notices")] HttpRequest request, CancellationToken cancellation) =>
        PublicApi.AnswerAsync(async () =>
        {
            if (NoticeViewer.Parse(request.Query, pepper, out var viewer) is { } problem)
            {
                return problem.ToHttp();
            }

            var list = new NoticeViewList(await notices.ReadAsync(viewer, networks.Of(request), LanguageTag.Wanted(request), cancellation));
            return PublicAnswer.Json(list, ManagementJson.Default.NoticeViewList, isPrivate: viewer.Device is not null);
        });
}
