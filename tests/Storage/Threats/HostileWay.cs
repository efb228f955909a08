using System.Text.Json.Nodes;
using Serverless.Tests.Storage.Keys;

namespace Serverless.Tests.Storage.Threats;

/// <summary>What stands between a device and the server, and between a device and the storage, and changes what passes.</summary>
internal sealed class HostileWay(InProcessServer server) : DelegatingHandler(server)
{
    /// <summary>What an answer of the server becomes.</summary>
    public Action<JsonObject>? Answer { get; init; }

    /// <summary>Every download gets another byte in its middle.</summary>
    public bool ChangesDownloads { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var isAnswer = request.RequestUri?.Host == InProcessServer.Address.Host;
        if (isAnswer && Answer is not null)
        {
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
            Answer(answer);
            response.Content = new StringContent(answer.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        }
        else if (!isAnswer && ChangesDownloads)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            bytes[bytes.Length / 2] ^= 1;
            response.Content = new ByteArrayContent(bytes);
        }

        return response;
    }
}
