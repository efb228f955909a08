using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Management;

/// <summary>The header <c>If-Match</c>, by which a caller says what it means to change (RFC 9110, 13.1.1).</summary>
internal static class IfMatch
{
    /// <returns>Whether an ETag, without its quotes, is meant; null when the call lacks the header. A header that cannot be read means nothing.</returns>
    public static Predicate<string>? Read(HttpRequest request)
    {
        if (request.Headers.IfMatch.Count == 0)
        {
            return null;
        }

        var meant = request.GetTypedHeaders().IfMatch;
        return tag => meant.Any(expected =>
            expected.Equals(EntityTagHeaderValue.Any) || expected.Compare(new EntityTagHeaderValue($"\"{tag}\""), useStrongComparison: true));
    }
}
