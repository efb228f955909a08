using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Releases;
using Serverless.Transport;

namespace Serverless.Notices;

/// <summary>
/// An answer that anybody may read, from any origin: an app's own page is of another one. It can be kept for a minute, and asked for again by its ETag.
/// </summary>
internal sealed class PublicAnswer(byte[] content, string type, bool isPrivate = false) : IResult
{
    private const int MaxAgeSeconds = 60;

    /// <summary>Of an answer that a browser shows as a page: what it may load, as a Content-Security-Policy.</summary>
    public string? Page { get; init; }

    public static PublicAnswer Json<T>(T value, JsonTypeInfo<T> type, bool isPrivate = false) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type), $"{MediaTypeNames.Application.Json}; charset=utf-8", isPrivate);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var tag = new EntityTagHeaderValue($"\"{Sha256Digest.Of(content).Hex[..32]}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = $"{(isPrivate ? "private" : "public")}, max-age={MaxAgeSeconds}";
        response.Headers.Vary = $"{HeaderNames.Accept}, {HeaderNames.AcceptLanguage}";
        SecurityHeaders.OpenToOtherOrigins(response.Headers);
        if (Page is not null)
        {
            SecurityHeaders.OfPage(response.Headers, Page);
        }

        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = type;
        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, httpContext.RequestAborted);
    }
}
