using Azure.Storage.Blobs;
using Serverless.Storage;

namespace Serverless.Bundles;

/// <summary>Runs intake for each zip that appears in the drop zone.</summary>
internal sealed class IntakeFunction(BundleIntake intake)
{
    public const string Name = "Intake";

    [Function(Name)]
    public Task RunAsync(
        [BlobTrigger(Containers.Uploads + "/{name}", Source = BlobTriggerSource.EventGrid)] BlobClient blob,
        string name,
        CancellationToken cancellation) => intake.RunAsync(name, cancellation);
}
