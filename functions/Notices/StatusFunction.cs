using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Management;

namespace Serverless.Notices;

/// <summary><c>GET /api/status/{app}</c>: how an app fares, as JSON, as a page or as a feed. An app that nobody knows looks like one without problems.</summary>
internal sealed class StatusFunction(NoticeReading notices, DeviceNetworks networks, TimeProvider time)
{
    // A header may hold thousands.
    private const int MaxTypes = 20;

    private static readonly MediaTypeHeaderValue Html = new("text/html");
    private static readonly MediaTypeHeaderValue Atom = new(StatusFeed.MediaType);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    [Function("Status")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/status/{app}")] HttpRequest request, string app, CancellationToken cancellation) =>
        AnswerAsync(request, app, Choose(request));

    [Function("StatusFeed")]
    public Task<IResult> FeedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/status/{app}/feed")] HttpRequest request, string app, CancellationToken cancellation) =>
        AnswerAsync(request, app, Atom);

    private Task<IResult> AnswerAsync(HttpRequest request, string app, MediaTypeHeaderValue type) => PublicApi.AnswerAsync(async () =>
    {
        if (!AppId.TryParse(app, out var id))
        {
            return Problem.AppNotFound.ToHttp();
        }

        var status = ServiceStatus.Of(id.Value, await notices.ListAsync(id, networks.Of(request)), LanguageTag.Wanted(request), time.GetUtcNow());
        return type == Html ? new PublicAnswer(StatusPage.Write(status), "text/html; charset=utf-8") { Page = StatusPage.ContentSecurityPolicy }
            : type == Atom ? new PublicAnswer(StatusFeed.Write(status), $"{StatusFeed.MediaType}; charset=utf-8")
            : PublicAnswer.Json(status, ManagementJson.Default.ServiceStatus);
    });

    /// <returns>What the caller names first and can be had; JSON for whoever names nothing or anything.</returns>
    private static MediaTypeHeaderValue Choose(HttpRequest request) => request.GetTypedHeaders().Accept
        .Take(MaxTypes)
        .OrderByDescending(accepted => accepted.Quality ?? 1)
        .Select(accepted => new[] { Json, Html, Atom }.FirstOrDefault(type => !accepted.MatchesAllTypes && type.IsSubsetOf(new MediaTypeHeaderValue(accepted.MediaType))))
        .OfType<MediaTypeHeaderValue>()
        .FirstOrDefault(Json);
}
