using Serverless.Bundles;
using Serverless.Storage;

namespace Serverless.Approvals;

/// <summary>Runs intake once more for an upload about which approvers have decided.</summary>
internal sealed class DecidedUploadsFunction(BundleIntake intake)
{
    [Function("DecidedUploads")]
    public Task RunAsync([QueueTrigger(Queues.DecidedUploads)] string message, CancellationToken cancellation) =>
        DecidedUploads.Read(message) is { } upload ? intake.RunAsync(upload, cancellation) : Task.CompletedTask;
}
