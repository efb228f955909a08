using Serverless.Hosts.Standalone.Blobs;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>How one queue is listened to.</summary>
internal sealed record QueueListenerSettings
{
    /// <summary>Storage refuses to hand out more messages at once.</summary>
    private const int MaxBatchSize = 32;

    /// <summary>A shorter lease could not be renewed in time.</summary>
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    /// <summary>The lease when host.json asks for immediate retries.</summary>
    private static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(30);

    public required int BatchSize { get; init; }

    /// <summary>Messages handled at the same time, at most.</summary>
    public required int Capacity { get; init; }

    /// <summary>More messages are received when no more than this many are being handled.</summary>
    public required int RefillAt { get; init; }

    public required int MaxAttempts { get; init; }

    public required TimeSpan RetryDelay { get; init; }

    public required TimeSpan MaxPollingInterval { get; init; }

    /// <summary>How long a received message stays hidden unless renewed: how late a message is tried again after a crash.</summary>
    public TimeSpan Lease => RetryDelay >= ShortestLease ? RetryDelay : DefaultLease;

    public static QueueListenerSettings For(QueuesOptions queues) => new()
    {
        BatchSize = queues.BatchSize,
        Capacity = queues.BatchSize + queues.NewBatchThreshold,
        RefillAt = queues.NewBatchThreshold,
        MaxAttempts = queues.MaxDequeueCount,
        RetryDelay = queues.VisibilityTimeout,
        MaxPollingInterval = queues.MaxPollingInterval,
    };

    public static QueueListenerSettings For(QueuesOptions queues, BlobsOptions blobs) => For(queues) with
    {
        BatchSize = Math.Min(blobs.MaxDegreeOfParallelism, MaxBatchSize),
        Capacity = blobs.MaxDegreeOfParallelism,
        RefillAt = blobs.MaxDegreeOfParallelism - 1,
        MaxAttempts = blobs.PoisonBlobThreshold,
    };
}
