namespace Serverless.Rollouts;

/// <summary>Takes the steps of rollouts that are due, every minute.</summary>
internal sealed class RampFunction(RolloutRamp ramp)
{
    [Function("RolloutRamp")]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellation) => ramp.RunAsync(cancellation);
}
