using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Devices;
using Serverless.Management;
using Serverless.Updates;

namespace Serverless.Limits;

/// <summary>How each kind of caller is told to come back later, in the way that does it the least harm.</summary>
internal static class TooManyRequests
{
    // A plugin asks nothing at all for so long after a 429, updates included.
    private const int MaxSeconds = 30;

    /// <summary>
    /// A check without a 429: nobody needs to wait for anything, and the plugin says nothing about it. The version that runs is not known here, for the body was not read.
    /// </summary>
    public static IResult ForCheck() => Results.Json(
        new UpdateAnswer { Error = UpdateAnswers.Busy.Code, Message = UpdateAnswers.Busy.Message, Kind = UpdateAnswer.KindBlocked },
        WireJson.Default.UpdateAnswer);

    /// <summary>
    /// A report or a channel call. A plugin sends a report again every second after a 5xx or a 429 that does not say when, and forgets it after any other 4xx.
    /// </summary>
    public static IResult ForDevice(TimeSpan wait)
    {
        var fault = new RequestFault(UpdateAnswers.Busy.Code, UpdateAnswers.Busy.Message, StatusCodes.Status429TooManyRequests)
        {
            MoreInfo = new FaultDetail { RetryAfterSeconds = Seconds(wait) },
        };
        return new RetryAfterResult(fault.ToHttp(), Seconds(wait));
    }

    /// <summary>People, scripts and browsers.</summary>
    public static IResult ForCaller(TimeSpan wait) => new RetryAfterResult(Problem.TooManyRequests.ToHttp(), Seconds(wait));

    private static int Seconds(TimeSpan wait) => (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, MaxSeconds);

    private sealed class RetryAfterResult(IResult answer, int seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return answer.ExecuteAsync(httpContext);
        }
    }
}
