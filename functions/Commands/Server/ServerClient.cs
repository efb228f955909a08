using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Hosts.Standalone;

namespace Serverless.Commands.Server;

/// <summary>Calls the management API of a server. What can be asked twice without harm is asked again when the server does not answer for a moment.</summary>
internal sealed class ServerClient(ServerConnection connection, TimeProvider time)
{
    private const int Attempts = 3;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="path">Below <c>/api/manage/</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerRefusalException">The server answered a problem.</exception>
    /// <exception cref="StartupException">The server does not answer, or there is no token.</exception>
    public Task<ServerReply> ReadAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, body: null, ifMatch: null, cancellation);

    /// <param name="method">What is done to it.</param>
    /// <param name="path">Below <c>/api/manage/</c>.</param>
    /// <param name="body">The order; null for none.</param>
    /// <param name="ifMatch">The ETag of what is meant to be changed; null where the call needs none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServerRefusalException">The server answered a problem.</exception>
    /// <exception cref="StartupException">The server does not answer, or there is no token.</exception>
    public async Task<ServerReply> SendAsync(HttpMethod method, string path, JsonNode? body, string? ifMatch, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await connection.SendAsync(() => Request(method, path, body, ifMatch), Timeout, cancellation);
            if (!answer.IsPassing)
            {
                return (int)answer.Status! is >= 200 and < 300 && Parse(answer.Body!) is { } read ? new ServerReply(read, answer.ETag) : throw Refusal(answer);
            }

            if (attempt == Attempts || method != HttpMethod.Get)
            {
                throw new StartupException(answer.Status is { } status ? $"The server {connection.Server} is not ready ({(int)status})." : $"The server {connection.Server} does not answer.");
            }

            await Task.Delay(Pause * attempt, time, cancellation);
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, JsonNode? body, string? ifMatch)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null)
        {
            request.Headers.IfMatch.ParseAdd(ifMatch);
        }

        return request;
    }

    private static ServerRefusalException Refusal(ServerAnswer answer) => new(
        answer.Problem is { } known ? $"{known.Detail} ({known.Code})" : $"The server answers {(int)answer.Status!}.",
        answer.Status is HttpStatusCode.PreconditionFailed ? ExitCode.Changed : ExitCode.Rejected);

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
