using System.Text.Json;
using Azure.Storage.Queues;
using Serverless.Storage;

namespace Serverless.Reports;

/// <summary>Puts evidence into a queue, as many events in a message as fit.</summary>
internal sealed class EvidenceQueue(QueueServiceClient queues)
{
    // An event is under 480 bytes: identifiers and versions are bounded where they are parsed.
    private const int EventsPerMessage = Queues.MaxMessageBytes / 480;

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; some of the events may have been sent.</exception>
    public async Task SendAsync(string queue, IReadOnlyCollection<DeviceEvidence> events, CancellationToken cancellation)
    {
        var client = queues.GetQueueClient(queue);
        foreach (var chunk in events.Chunk(EventsPerMessage))
        {
            await client.SendMessageAsync(JsonSerializer.Serialize(new EventBatch(chunk), WireJson.Default.EventBatch), cancellation);
        }
    }
}
