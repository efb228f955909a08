using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>Counts good news: devices that installed, ran or were happy with a release.</summary>
internal sealed class DeviceEventsFunction(OutcomeRecorder recorder)
{
    [Function("DeviceEvents")]
    public Task RunAsync([QueueTrigger(Queues.DeviceEvents)] string message, CancellationToken cancellation) =>
        recorder.RecordAsync(message, cancellation);
}
