using System.Collections.Immutable;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Serverless.Releases;
using Serverless.Transport;

namespace Serverless.Dashboard;

/// <summary>A file of the dashboard as a browser gets it: compressed the way it takes, and not at all when it has it already.</summary>
internal sealed class DashboardFile : IResult
{
    /// <summary>Everything from this server, and nothing in the page itself.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    // In the order in which they are preferred.
    private static readonly (string Name, Func<Stream, Stream> Compress)[] Encodings =
    [
        ("br", plain => new BrotliStream(plain, CompressionLevel.Optimal)),
        ("gzip", plain => new GZipStream(plain, CompressionLevel.Optimal)),
    ];

    private readonly byte[] _content;
    private readonly string _type;
    private readonly EntityTagHeaderValue _tag;
    private readonly ImmutableArray<(string Name, byte[] Content)> _compressed;

    public DashboardFile(string type, byte[] content)
    {
        _content = content;
        _type = type;

        // Weak, because the same file comes in several encodings.
        _tag = new EntityTagHeaderValue($"\"{Sha256Digest.Of(content).Hex[..32]}\"", isWeak: true);
        _compressed = [.. Encodings.Select(encoding => (encoding.Name, Compress(content, encoding.Compress)))];
    }

    /// <summary>In bytes, before it is compressed.</summary>
    public int Size => _content.Length;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        SecurityHeaders.OfPage(response.Headers, ContentSecurityPolicy);
        response.Headers.ETag = _tag.ToString();
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(_tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var accepted = request.GetTypedHeaders().AcceptEncoding;
        var (encoding, content) = _compressed
            .Where(candidate => accepted.Any(wanted => wanted.Quality is not 0 && StringSegment.Equals(wanted.Value, candidate.Name, StringComparison.OrdinalIgnoreCase)))
            .Append(("", _content))
            .First();
        if (encoding.Length > 0)
        {
            response.Headers.ContentEncoding = encoding;
        }

        response.ContentType = _type;
        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, httpContext.RequestAborted);
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> compress)
    {
        using var compressed = new MemoryStream();
        using (var stream = compress(compressed))
        {
            stream.Write(content);
        }

        return compressed.ToArray();
    }
}
