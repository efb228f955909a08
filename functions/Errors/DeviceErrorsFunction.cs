using Serverless.Storage;

namespace Serverless.Errors;

/// <summary>Takes errors from their queue. Outcomes have queues of their own and wait for nothing here.</summary>
internal sealed class DeviceErrorsFunction(ErrorRecorder recorder)
{
    [Function("DeviceErrors")]
    public Task RunAsync([QueueTrigger(Queues.DeviceErrors)] string message, CancellationToken cancellation) =>
        recorder.RecordAsync(message, cancellation);
}
