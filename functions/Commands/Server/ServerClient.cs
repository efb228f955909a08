using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Hosts.Standalone;
using Serverless.Management;

namespace Serverless.Commands.Server;

/// <summary>Calls the management API of a server. What can be asked twice without harm is asked again when the server does not answer for a moment.</summary>
internal sealed class ServerClient(HttpClient http, Uri server, ServerToken token, TimeProvider time)
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
            var (passing, reply) = await TrySendAsync(method, path, body, ifMatch, cancellation);
            if (reply is not null)
            {
                return reply;
            }

            if (attempt == Attempts || method != HttpMethod.Get)
            {
                throw new StartupException(passing is { } status ? $"The server {server} is not ready ({(int)status})." : $"The server {server} does not answer.");
            }

            await Task.Delay(Pause * attempt, time, cancellation);
        }
    }

    /// <returns>Either a reply, or the status of an answer that may pass, null for none at all.</returns>
    private async Task<(HttpStatusCode? Passing, ServerReply? Reply)> TrySendAsync(HttpMethod method, string path, JsonNode? body, string? ifMatch, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(server, $"api/manage/{path}")) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = await token.GetAsync(deadline.Token);
            if (ifMatch is not null)
            {
                request.Headers.IfMatch.ParseAdd(ifMatch);
            }

            using var response = await http.SendAsync(request, deadline.Token);
            var text = await response.Content.ReadAsStringAsync(deadline.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => (response.StatusCode, null),
                _ when response.IsSuccessStatusCode && Parse(text) is { } answer => (null, new ServerReply(answer, response.Headers.ETag?.ToString())),
                var status => throw Refusal(status, Parse(text)),
            };
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, null);
        }
    }

    private static ServerRefusalException Refusal(HttpStatusCode status, JsonObject? problem) => new(
        problem?.Deserialize(ManagementJson.Default.Problem) is { } known ? $"{known.Detail} ({known.Code})" : $"The server answers {(int)status}.",
        status is HttpStatusCode.PreconditionFailed ? ExitCode.Changed : ExitCode.Rejected);

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
