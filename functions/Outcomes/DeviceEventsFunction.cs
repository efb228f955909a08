using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>Takes in what devices tell of releases that did not fail.</summary>
internal sealed class DeviceEventsFunction(DeviceEvents events)
{
    [Function("DeviceEvents")]
    public Task RunAsync([QueueTrigger(Queues.DeviceEvents)] string message, CancellationToken cancellation) => events.RunAsync(message, cancellation);
}
