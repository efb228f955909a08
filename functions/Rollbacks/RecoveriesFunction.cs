using Serverless.Storage;

namespace Serverless.Rollbacks;

/// <summary>Takes the next steps of a recovery, and comes back to what has to wait.</summary>
internal sealed class RecoveriesFunction(RecoveryRun run)
{
    [Function("Recoveries")]
    public Task RunAsync([QueueTrigger(Queues.Recoveries)] string message, CancellationToken cancellation) => run.RunAsync(message, cancellation);
}
