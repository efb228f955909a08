using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Management;

/// <summary>
/// An answer to a GET with an ETag (RFC 9110, 8.8.3), and without its body for a caller who has it already (RFC 9110, 13.1.2): whoever asks again and again is sent
/// only what is new. The ETag is the digest of the body. An answer that has an ETag of its own is left alone: that one names a state to be changed, beside
/// which numbers are shown that change without it.
/// </summary>
internal sealed class ConditionalAnswer : IResult
{
    // Enough of a digest to tell any two answers apart.
    private const int TagBytes = 16;

    private readonly IResult _answer;

    private ConditionalAnswer(IResult answer) => _answer = answer;

    public static IResult To(HttpRequest request, IResult answer) => HttpMethods.IsGet(request.Method) ? new ConditionalAnswer(answer) : answer;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (response.Headers.ETag.Count > 0)
        {
            await _answer.ExecuteAsync(httpContext);
            return;
        }

        var wire = response.Body;
        using var body = new MemoryStream();
        response.Body = body;
        try
        {
            await _answer.ExecuteAsync(httpContext);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
        finally
        {
            response.Body = wire;
        }

        if (response.StatusCode is StatusCodes.Status200OK && response.Headers.ETag.Count == 0 && IsKnown(httpContext, body))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentLength = null;
            response.ContentType = null;
            return;
        }

        body.Position = 0;
        await body.CopyToAsync(wire, httpContext.RequestAborted);
    }

    private static bool IsKnown(HttpContext context, MemoryStream body)
    {
        var digest = SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(digest.AsSpan(0, TagBytes))}\"");
        context.Response.Headers.ETag = tag.ToString();
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
    }
}
