using System.Text.Json;
using Azure.Storage.Queues;
using Serverless.Apps;
using Serverless.Observability;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Rollbacks;

/// <summary>Asks for a look at an incident.</summary>
internal sealed record RecoveryMessage(string App, string Version)
{
    /// <summary>Whose trace the look belongs to.</summary>
    public string? Traceparent { get; init; }
}

/// <summary>The queue of incidents whose recovery has a step to take. A message too many does no harm: it finds nothing to do.</summary>
internal sealed class RecoveryQueue(QueueServiceClient queues)
{
    private readonly QueueClient _queue = queues.GetQueueClient(Queues.Recoveries);

    /// <param name="app">The app.</param>
    /// <param name="version">The release that the incident is about.</param>
    /// <param name="delay">How long the message stays hidden.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task SendAsync(AppId app, BundleVersion version, TimeSpan delay, CancellationToken cancellation) => _queue.SendMessageAsync(
        JsonSerializer.Serialize(new RecoveryMessage(app.Value, version.Value) { Traceparent = Traces.Context }, PipelineJson.Default.RecoveryMessage),
        visibilityTimeout: delay,
        cancellationToken: cancellation);

    /// <returns>Null when the text is none of our messages.</returns>
    public static (AppId App, BundleVersion Version)? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, PipelineJson.Default.RecoveryMessage) is { } read
                && AppId.TryParse(read.App, out var app) && BundleVersion.TryParse(read.Version, out var version) ? (app, version) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
