using System.Net;

namespace Serverless.Device.Bundles;

/// <summary>What both kinds of download demand of the answer to a request for bytes.</summary>
internal static class RangeRules
{
    /// <exception cref="HarmfulAnswerException">iOS undoes the encoding before the plugin sees the bytes.</exception>
    public static void RefuseContentEncoding(this HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentEncoding.Count > 0)
        {
            throw new HarmfulAnswerException("A download came with Content-Encoding: iOS decodes it, and then misses the checksum.");
        }
    }

    /// <exception cref="HarmfulAnswerException">A device that appends these bytes has a damaged file.</exception>
    public static void RequireRange(this HttpResponseMessage answer, long from)
    {
        if (answer.StatusCode is HttpStatusCode.PartialContent
            && (answer.Content.Headers.ContentRange is not { From: { } first, To: { } last, Length: { } total }
                || first != from || last != total - 1))
        {
            throw new HarmfulAnswerException($"A part needs 'Content-Range: bytes {from}-b/total', not '{answer.Content.Headers.ContentRange}'.");
        }
    }
}
