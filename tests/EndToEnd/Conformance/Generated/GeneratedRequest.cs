using System.Net.Http.Headers;
using System.Text;

namespace Serverless.Tests.EndToEnd.Conformance.Generated;

/// <summary>A request that some client might send, from nearly right to hostile.</summary>
/// <param name="Method">As on the wire.</param>
/// <param name="Path">Relative, with its query.</param>
/// <param name="Body">Null for none.</param>
/// <param name="ContentType">Empty for none.</param>
/// <param name="IsChunked">Sent without its length.</param>
internal sealed record GeneratedRequest(string Method, string Path, byte[]? Body = null, string ContentType = "application/json", bool IsChunked = false)
{
    public bool IsCheck => Path == AnyRequest.Updates;

    public bool IsReport => Path == AnyRequest.Stats;

    public HttpRequestMessage ToHttp(Uri server)
    {
        var request = new HttpRequestMessage(new HttpMethod(Method), new Uri(server, Path));
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Headers.TransferEncodingChunked = IsChunked;
            request.Content.Headers.ContentType = ContentType.Length > 0 ? MediaTypeHeaderValue.Parse(ContentType) : null;
        }

        return request;
    }

    /// <summary>With all bytes to be seen: one character each.</summary>
    public override string ToString() => $"{Method} {Path} ({ContentType}{(IsChunked ? ", chunked" : "")}) {(Body is null ? "" : Encoding.Latin1.GetString(Body))}";
}
