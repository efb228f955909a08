namespace Serverless.Rollbacks;

/// <summary>Looks after open incidents every five minutes.</summary>
internal sealed class RecoverySweepFunction(RecoverySweep sweep)
{
    [Function("RecoverySweep")]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) => sweep.RunAsync(cancellation);
}
