using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Observability;
using Serverless.Storage;

namespace Serverless.Deliveries;

/// <summary>
/// Tries one delivery once. What failed goes back into the queue, hidden until it is due, before this message leaves it: a crash repeats an
/// attempt and loses none.
/// </summary>
internal sealed partial class DeliveryAttempt(
    DeliveryTargets targets,
    DeliveryQueue queue,
    GoneEndpoints gone,
    IOptions<DeliveryOptions> options,
    Telemetry telemetry,
    TimeProvider time,
    ILogger<DeliveryAttempt> logger)
{
    // Chance on top keeps deliveries that failed together from coming back together.
    private const double MaxJitter = 0.1;

    // Whatever an endpoint asks for: a queue hides a message for a week at most.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    public async Task RunAsync(string message, CancellationToken cancellation)
    {
        using var span = Traces.Process(Queues.Deliveries, message);
        if (DeliveryQueue.Read(message) is not { } delivery)
        {
            LogNotOurs();
            return;
        }

        if (targets.Find(delivery.Endpoint) is not { } target)
        {
            await BuryAsync(delivery, "unknown_endpoint", cancellation);
            return;
        }

        if (await gone.FindAsync(target, cancellation) is not null)
        {
            await BuryAsync(delivery, "gone", cancellation);
            return;
        }

        switch (await target.SendAsync(delivery, cancellation))
        {
            case DeliveryOutcome.Delivered:
                telemetry.DeliveryTried("delivered");
                break;
            case DeliveryOutcome.Gone:
                await gone.AddAsync(target, cancellation);
                LogGone(delivery.Endpoint);
                await BuryAsync(delivery, "gone", cancellation);
                break;
            case DeliveryOutcome.Failed failed when options.Value.DelayAfter(delivery.Attempt) is { } delay:
                await RetryAsync(delivery, failed, delay, cancellation);
                break;
            case DeliveryOutcome.Failed failed:
                await BuryAsync(delivery, failed.Fault, cancellation);
                break;
        }
    }

    private async Task RetryAsync(Delivery delivery, DeliveryOutcome.Failed failed, TimeSpan delay, CancellationToken cancellation)
    {
        var asked = failed.RetryAfter is { } retryAfter && retryAfter < MaxRetryAfter ? retryAfter : failed.RetryAfter is null ? TimeSpan.Zero : MaxRetryAfter;
        var wait = (delay > asked ? delay : asked) * (1 + (MaxJitter * Random.Shared.NextDouble()));
        await queue.SendAsync(delivery with { Attempt = delivery.Attempt + 1 }, wait, cancellation);
        telemetry.DeliveryTried("failed");
        LogFailed(delivery.Event, delivery.Id, delivery.Endpoint, delivery.Attempt, failed.Fault, wait);
    }

    private async Task BuryAsync(Delivery delivery, string fault, CancellationToken cancellation)
    {
        await queue.BuryAsync(new DeadDelivery(delivery, fault, time.GetUtcNow()), cancellation);
        telemetry.DeliveryTried("dead");
        LogDead(delivery.Event, delivery.Id, delivery.Endpoint, delivery.Attempt, fault);
    }

    [LoggerMessage(LogLevel.Information, "{Event} {Delivery} did not reach {Endpoint}, attempt {Attempt}: {Fault}. Again in {Wait}.")]
    private partial void LogFailed(string @event, string delivery, string endpoint, int attempt, string fault, TimeSpan wait);

    [LoggerMessage(LogLevel.Error, "{Event} {Delivery} for {Endpoint} was given up after attempt {Attempt}: {Fault}.")]
    private partial void LogDead(string @event, string delivery, string endpoint, int attempt, string fault);

    [LoggerMessage(LogLevel.Error, "{Endpoint} answered that it is gone (410), and is told nothing any more until it has another address.")]
    private partial void LogGone(string endpoint);

    [LoggerMessage(LogLevel.Error, "A message in the deliveries queue is none of ours and was dropped.")]
    private partial void LogNotOurs();
}
