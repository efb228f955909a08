using Microsoft.AspNetCore.Http;
using Serverless.Devices;

namespace Serverless.Reports;

/// <summary>
/// Tells a plugin to keep its events and come back. It sends a batch again after a 429 or 5xx, and only a 429 that says when keeps it from
/// doing so every second.
/// </summary>
internal sealed class RetryLaterResult(int seconds) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var fault = new RequestFault("too_many_requests", "Too many requests", StatusCodes.Status429TooManyRequests)
        {
            MoreInfo = new FaultDetail { RetryAfterSeconds = seconds },
        };
        return fault.ToHttp().ExecuteAsync(httpContext);
    }
}
