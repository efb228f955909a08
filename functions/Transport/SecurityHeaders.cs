using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Serverless.Access;

namespace Serverless.Transport;

/// <summary>
/// The headers of every answer, refusals included, as strict as an answer of JSON can bear: it is kept nowhere, is shown in no page and is no page itself.
/// What is more public, or is a page, says so in its own answer.
/// </summary>
internal sealed class SecurityHeaders : IRequestGuard
{
    private const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues NothingLoads = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues SameOrigin = "same-origin";

    private static readonly StringValues NoSensors = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

    private readonly StringValues _hsts;

    public SecurityHeaders(IOptions<TransportOptions> options)
    {
        var transport = options.Value;
        _hsts = transport.HstsMaxAge > TimeSpan.Zero
            ? $"max-age={(long)transport.HstsMaxAge.TotalSeconds}{(transport.HstsIncludeSubDomains ? "; includeSubDomains" : "")}"
            : StringValues.Empty;
    }

    /// <summary>For what anybody may read, an app's own page among them, which is of another origin.</summary>
    public static void OpenToOtherOrigins(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers[ResourcePolicy] = "cross-origin";
    }

    /// <summary>For what a browser shows as a page.</summary>
    /// <param name="headers">Of the answer.</param>
    /// <param name="contentSecurityPolicy">What the page may load; it should name frame-ancestors, which no default covers.</param>
    public static void OfPage(IHeaderDictionary headers, string contentSecurityPolicy)
    {
        headers.ContentSecurityPolicy = contentSecurityPolicy;
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        headers["Permissions-Policy"] = NoSensors;
    }

    /// <returns>Null: it refuses nobody.</returns>
    public ValueTask<IResult?> RefuseAsync(HttpContext context, CancellationToken cancellation)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = NoStore;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers.ContentSecurityPolicy = NothingLoads;
        headers[ResourcePolicy] = SameOrigin;

        // Only where it is true: over plain HTTP anybody could have written it. A developer's localhost serves other things too.
        if (context.Request.IsHttps && !Caller.NamesThisMachine(context.Request))
        {
            headers.StrictTransportSecurity = _hsts;
        }

        return ValueTask.FromResult<IResult?>(null);
    }
}
