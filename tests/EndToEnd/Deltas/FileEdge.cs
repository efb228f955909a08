using System.Collections.Concurrent;
using System.Net;
using Serverless.Storage;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>
/// What a CDN in front of storage does: each file comes from there once, and to every further device from here. Without it the emulator would
/// serve some 40,000 files in one test class.
/// </summary>
internal sealed class FileEdge(HttpMessageHandler network) : DelegatingHandler(network)
{
    private readonly ConcurrentDictionary<Uri, (byte[] Content, HttpResponseMessage Answer)> _files = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!IsFile(request) || request.Headers.Range is not null)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        if (!_files.TryGetValue(request.RequestUri!, out var kept))
        {
            var answer = await base.SendAsync(request, cancellationToken);
            kept = (await answer.Content.ReadAsByteArrayAsync(cancellationToken), answer);
            if (answer.StatusCode is HttpStatusCode.OK)
            {
                _files[request.RequestUri!] = kept;
            }
        }

        return Copy(kept.Content, kept.Answer, request);
    }

    internal static bool IsFile(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains($"/{Containers.Files}/", StringComparison.Ordinal);

    private static HttpResponseMessage Copy(byte[] content, HttpResponseMessage answer, HttpRequestMessage request)
    {
        var copy = new HttpResponseMessage(answer.StatusCode) { Content = new ByteArrayContent(content), RequestMessage = request };
        foreach (var (name, values) in answer.Content.Headers)
        {
            copy.Content.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }
}
