using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Serverless.Storage;

namespace Serverless.Deliveries;

/// <summary>What is owed, and what was given up, in queues: it outlives the process.</summary>
internal sealed class DeliveryQueue(QueueServiceClient queues)
{
    /// <summary>As many as the service shows at once.</summary>
    public const int MaxShown = 32;

    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _owed = queues.GetQueueClient(Queues.Deliveries);
    private readonly QueueClient _dead = queues.GetQueueClient(Queues.DeadDeliveries);

    /// <summary>Durable when it returns.</summary>
    public Task SendAsync(Delivery delivery, TimeSpan delay, CancellationToken cancellation) =>
        _owed.SendMessageAsync(JsonSerializer.Serialize(delivery, PipelineJson.Default.Delivery), delay, Forever, cancellation);

    public Task BuryAsync(DeadDelivery dead, CancellationToken cancellation) =>
        _dead.SendMessageAsync(JsonSerializer.Serialize(dead, PipelineJson.Default.DeadDelivery), TimeSpan.Zero, Forever, cancellation);

    /// <returns>The oldest dead deliveries, and how many there are.</returns>
    public async Task<(IReadOnlyList<DeadDelivery> Oldest, int Count)> ReadDeadAsync(CancellationToken cancellation)
    {
        QueueProperties properties = await _dead.GetPropertiesAsync(cancellation);
        PeekedMessage[] messages = await _dead.PeekMessagesAsync(MaxShown, cancellation);
        return ([.. messages.Select(message => Read(message.Body.ToString(), PipelineJson.Default.DeadDelivery)).OfType<DeadDelivery>()], properties.ApproximateMessagesCount);
    }

    /// <returns>Null when the message is not one of ours.</returns>
    public static Delivery? Read(string message) => Read(message, PipelineJson.Default.Delivery);

    private static T? Read<T>(string message, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(message, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
