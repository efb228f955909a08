using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Updates;

/// <summary>Sends an answer, compressed as it is kept when the device can read that.</summary>
internal sealed class AnswerResult(AnswerBody body) : IResult
{
    private const string Gzip = "gzip";

    // What Android and iOS send, which need not be taken apart for each device.
    private const string AsAndroidSendsIt = Gzip;
    private const string AsIosSendsIt = "gzip, deflate, br";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = $"{MediaTypeNames.Application.Json}; charset=utf-8";
        if (body.IsCompressed)
        {
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (!ReadsGzip(httpContext.Request))
            {
                await using var json = body.OpenJson();
                await json.CopyToAsync(response.Body, httpContext.RequestAborted);
                return;
            }

            response.Headers.ContentEncoding = Gzip;
        }

        response.ContentLength = body.Content.Length;
        await response.Body.WriteAsync(body.Content, httpContext.RequestAborted);
    }

    private static bool ReadsGzip(HttpRequest request) =>
        request.Headers.AcceptEncoding is [AsAndroidSendsIt or AsIosSendsIt]
        || request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == Gzip && encoding.Quality is null or > 0);
}
