using Serverless.Device.Answers;
using Serverless.Device.Stats;

namespace Serverless.Device;

/// <summary>Calls an endpoint of the server, and heeds what it says about calling too often.</summary>
internal sealed class ServerCall(PluginHttp http, RateLimit limit, EventQueue events)
{
    public async Task<Reply> SendAsync(HttpMethod method, Uri url, byte[]? json, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await http.SendAsync(method, url, json, cancellationToken);
            limit.Observe(answer);
            await events.ReportRateLimitAsync(answer, cancellationToken);
            return new Reply(answer, "");
        }
        catch (HttpRequestException)
        {
            return new Reply(null, "network_error");
        }
        catch (TimeoutException)
        {
            return new Reply(null, "timeout_error");
        }
    }
}

/// <summary>What came back from the server, or the reason why nothing did.</summary>
internal readonly record struct Reply(HttpAnswer? Answer, string Failure);
