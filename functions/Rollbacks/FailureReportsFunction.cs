using Serverless.Storage;

namespace Serverless.Rollbacks;

/// <summary>Takes failure reports from the queue and turns them into rollback decisions.</summary>
internal sealed class FailureReportsFunction(FailureReports reports)
{
    [Function("FailureReports")]
    public Task RunAsync([QueueTrigger(Queues.FailureReports)] string message, CancellationToken cancellation) =>
        reports.RunAsync(message, cancellation);
}
