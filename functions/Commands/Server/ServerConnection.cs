using System.Net;
using System.Text.Json;
using Serverless.Management;

namespace Serverless.Commands.Server;

/// <summary>Sends requests to one server as whoever holds the token, and tells an answer from none. Whether to ask again is for who asks.</summary>
internal sealed class ServerConnection : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ServerToken _token;

    /// <param name="server">The server.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <param name="audience">For whom a workflow's token is made; null for the server's address.</param>
    /// <param name="time">Says when such a token is old.</param>
    public ServerConnection(Uri server, Func<string, string?> variable, string? audience, TimeProvider time)
    {
        Server = server;
        _token = new ServerToken(_http, variable, audience ?? server.GetLeftPart(UriPartial.Authority), time);
    }

    public Uri Server { get; }

    /// <param name="make">Makes the request; its address is below <c>/api/manage/</c>.</param>
    /// <param name="timeout">What is not answered by then is not answered.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Hosts.Standalone.StartupException">There is no token.</exception>
    public async Task<ServerAnswer> SendAsync(Func<HttpRequestMessage> make, TimeSpan timeout, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        try
        {
            using var request = make();
            request.RequestUri = new Uri(Server, $"api/manage/{request.RequestUri}");
            request.Headers.Authorization = await _token.GetAsync(deadline.Token);
            using var response = await _http.SendAsync(request, deadline.Token);
            return new ServerAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(deadline.Token), response.Headers.ETag?.ToString());
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return default;
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <param name="Status">Null when the server did not answer.</param>
/// <param name="Body">Whatever it is.</param>
/// <param name="ETag">Null where there is none.</param>
internal readonly record struct ServerAnswer(HttpStatusCode? Status, string? Body, string? ETag)
{
    /// <summary>What is in the way of the server, or not up yet: it may pass.</summary>
    public bool IsPassing => Status is null or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>What the server refuses, where the answer says it.</summary>
    public Problem? Problem
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize(Body ?? "null", ManagementJson.Default.Problem);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
