using System.Net.Mime;

namespace Serverless.Tests.Support.Logs;

/// <summary>Takes note of the secrets in what a test sends and is sent.</summary>
public sealed class SecretTap() : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        UsedSecrets.AddFrom(request.RequestUri!.OriginalString);
        UsedSecrets.Add(request.Headers.Authorization?.Parameter ?? "");
        await NoteAsync(request.Content, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        await NoteAsync(response.Content, cancellationToken);
        return response;
    }

    private static async Task NoteAsync(HttpContent? content, CancellationToken cancellationToken)
    {
        // Bundles are no text, and are not to be kept in memory.
        if (content?.Headers.ContentType?.MediaType is MediaTypeNames.Application.Json)
        {
            await content.LoadIntoBufferAsync(cancellationToken);
            UsedSecrets.AddFrom(await content.ReadAsStringAsync(cancellationToken));
        }
    }
}
