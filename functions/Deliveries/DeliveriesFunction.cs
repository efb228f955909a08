using Serverless.Storage;

namespace Serverless.Deliveries;

/// <summary>Sends what is owed to webhooks and push.</summary>
internal sealed class DeliveriesFunction(DeliveryAttempt attempt)
{
    [Function("Deliveries")]
    public Task RunAsync([QueueTrigger(Queues.Deliveries)] string message, CancellationToken cancellation) => attempt.RunAsync(message, cancellation);
}
