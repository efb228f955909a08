using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Hosts.Standalone;

namespace Serverless.Commands.Server;

/// <summary>
/// The token by which a command calls a server: from the environment, and never an argument, which every process of the machine could read; or one
/// that a workflow of GitHub Actions is given for the server, with the permission <c>id-token: write</c>.
/// </summary>
/// <param name="variable">Reads a variable of the environment.</param>
/// <param name="audience">For whom a workflow's token is made.</param>
internal sealed class ServerToken(HttpClient http, Func<string, string?> variable, string audience, TimeProvider time)
{
    public const string Variable = "SERVERLESS_TOKEN";

    // Those of workflows are good for five minutes.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private (string Token, long At)? _issued;

    /// <exception cref="StartupException">There is no token, or the workflow is given none.</exception>
    public async Task<AuthenticationHeaderValue> GetAsync(CancellationToken cancellation) => new("Bearer", variable(Variable) switch
    {
        { Length: > 0 } token => token,
        _ when _issued is { } issued && time.GetElapsedTime(issued.At) < Lifetime => issued.Token,
        _ => await RequestAsync(cancellation),
    });

    private async Task<string> RequestAsync(CancellationToken cancellation)
    {
        if (variable("ACTIONS_ID_TOKEN_REQUEST_URL") is not { Length: > 0 } address || variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN") is not { Length: > 0 } right)
        {
            throw new StartupException($"Set {Variable} to a token of the server; in GitHub Actions the permission 'id-token: write' does as well.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}&audience={Uri.EscapeDataString(audience)}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", right);
        using var response = await http.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode || (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(cancellation))?["value"] is not { } token)
        {
            throw new StartupException($"GitHub Actions gives the workflow no token ({(int)response.StatusCode}).");
        }

        _issued = (token, time.GetTimestamp());
        return token;
    }
}
