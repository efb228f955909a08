namespace Serverless.Bundles;

/// <summary>
/// Takes in uploads whose event was lost: cloud events are delivered almost always, not always. Young uploads are left to their trigger,
/// old ones to people, because whatever keeps failing for a day needs them.
/// </summary>
internal sealed class DropZoneSweep(DropZone dropZone, BundleIntake intake, TimeProvider time)
{
    private static readonly TimeSpan Youngest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await foreach (var blob in dropZone.ListAsync(cancellation))
        {
            if (now - blob.Properties.LastModified is { } age && age >= Youngest && age <= Oldest)
            {
                await intake.RunAsync(blob.Name, cancellation);
            }
        }
    }
}
