using Serverless.Bundles;
using Serverless.Observability;
using Serverless.Storage;

namespace Serverless.Approvals;

/// <summary>Runs intake once more for an upload about which approvers have decided.</summary>
internal sealed class DecidedUploadsFunction(BundleIntake intake)
{
    [Function("DecidedUploads")]
    public async Task RunAsync([QueueTrigger(Queues.DecidedUploads)] string message, CancellationToken cancellation)
    {
        using var span = Traces.Process(Queues.DecidedUploads, message);
        if (DecidedUploads.Read(message) is { } upload)
        {
            await intake.RunAsync(upload, cancellation);
        }
    }
}
