using System.Text.Json;
using Azure.Storage.Queues;
using Serverless.Bundles;
using Serverless.Observability;
using Serverless.Storage;

namespace Serverless.Approvals;

/// <summary>Asks intake for another look at an upload.</summary>
/// <param name="Name">In the drop zone.</param>
internal sealed record DecidedUpload(string Name)
{
    /// <summary>The trace of the decision.</summary>
    public string? Traceparent { get; init; }
}

/// <summary>The queue of uploads that waited for approvals and wait no more. A message too many does no harm; for one that was lost there is the sweep.</summary>
internal sealed class DecidedUploads(QueueServiceClient queues)
{
    private readonly QueueClient _queue = queues.GetQueueClient(Queues.DecidedUploads);

    /// <summary>Durable when it returns.</summary>
    public Task SendAsync(UploadName upload, CancellationToken cancellation) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new DecidedUpload($"{upload}") { Traceparent = Traces.Context }, PipelineJson.Default.DecidedUpload), cancellation);

    /// <returns>The upload's name, or null when the text is none of our messages.</returns>
    public static string? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, PipelineJson.Default.DecidedUpload)?.Name;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
