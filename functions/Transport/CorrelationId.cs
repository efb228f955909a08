using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Serverless.Access;

namespace Serverless.Transport;

/// <summary>
/// The name of a request, in every answer: the trace id, which the log and the spans carry already, or a name that the caller gave, if it is short and
/// plain. The former costs a request the 32 characters of the id; only the latter costs a scope of the log and a tag of the span.
/// </summary>
internal sealed class CorrelationId : IRequestGuard
{
    public const string Header = "X-Correlation-Id";

    private const int MaxLength = 64;

    // Nothing that could end a line, a header or an element of whatever shows it.
    private static readonly SearchValues<char> Plain = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.");

    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("{CorrelationId}");

    /// <returns>As the answer names it; null before any guard was asked.</returns>
    public static string? Of(HttpContext context) => context.Response.Headers[Header] is [{ } id] ? id : null;

    /// <returns>Null when the caller gave no name of its own: the log has the trace id then.</returns>
    public static IDisposable? BeginScope(ILogger logger, HttpContext context) => Given(context.Request) is { } given ? Scope(logger, given) : null;

    /// <returns>Null: it refuses nobody.</returns>
    public ValueTask<IResult?> RefuseAsync(HttpContext context, CancellationToken cancellation)
    {
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        var given = Given(context.Request);
        if (given is not null)
        {
            activity?.SetTag("updates.correlation_id", given);
        }

        context.Response.Headers[Header] = given ?? TraceOf(activity).ToHexString();
        return ValueTask.FromResult<IResult?>(null);
    }

    private static string? Given(HttpRequest request) =>
        request.Headers[Header] is [{ Length: > 0 and <= MaxLength } id] && !id.AsSpan().ContainsAnyExcept(Plain) ? id : null;

    private static ActivityTraceId TraceOf(Activity? activity) => activity is { IdFormat: ActivityIdFormat.W3C } ? activity.TraceId : ActivityTraceId.CreateRandom();
}
