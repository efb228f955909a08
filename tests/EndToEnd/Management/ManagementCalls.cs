using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.EndToEnd.Conformance;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>Calls as a script makes them.</summary>
internal static class ManagementCalls
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="server">The server.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">Below <c>/api/manage/apps</c>.</param>
    /// <param name="body">JSON, or nothing.</param>
    /// <param name="ifMatch">The header, which is not checked here.</param>
    public static async Task<ManagementAnswer> ManageAsync(this ConformanceServer server, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Deployment.Server.Address, $"api/manage/apps/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await server.Deployment.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return new ManagementAnswer(
            response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.ETag?.ToString(), JsonNode.Parse(text)!);
    }

    /// <summary>Asks why the device that sends this body is answered as it is.</summary>
    public static Task<ManagementAnswer> ExplainAsync(this ConformanceServer server, JsonObject body)
    {
        var query = string.Join('&', body.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value!.ToString())}"));
        return server.ManageAsync(HttpMethod.Get, $"{body["app_id"]}/devices/{body["device_id"]}/explain?{query}");
    }
}
