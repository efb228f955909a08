namespace Serverless.Bundles;

/// <summary>Sweeps the drop zone every five minutes.</summary>
internal sealed class SweepFunction(DropZoneSweep sweep)
{
    [Function("Sweep")]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) => sweep.RunAsync(cancellation);
}
