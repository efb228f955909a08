using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Azure.Storage.Queues.Specialized;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>Where messages go that failed too often, to be looked at and replayed by people. Made when first needed.</summary>
internal sealed class PoisonQueue(QueueClient queue)
{
    /// <summary>Poison messages wait for people, and do not expire.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    public string Name => queue.Name;

    public static PoisonQueue For(QueueClient source) => new(source.GetParentQueueServiceClient().GetQueueClient($"{source.Name}-poison"));

    public async Task AddAsync(BinaryData body, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(body, cancellation);
        }
        catch (RequestFailedException error) when (error.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellation);
            await SendAsync(body, cancellation);
        }
    }

    private async Task SendAsync(BinaryData body, CancellationToken cancellation) =>
        await queue.SendMessageAsync(body, timeToLive: Forever, cancellationToken: cancellation);
}
