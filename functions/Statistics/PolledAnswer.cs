using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Releases;

namespace Serverless.Statistics;

/// <summary>JSON that is asked for again and again: by its ETag, so that nothing is sent twice. Kept by the caller's browser alone, which asks each time whether it still holds.</summary>
internal sealed class PolledAnswer(byte[] json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.CacheControl = "private, no-cache";
        return Results.Bytes(
            json,
            $"{MediaTypeNames.Application.Json}; charset=utf-8",
            entityTag: new EntityTagHeaderValue($"\"{Sha256Digest.Of(json).Hex[..32]}\"")).ExecuteAsync(httpContext);
    }
}
