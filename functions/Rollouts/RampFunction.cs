namespace Serverless.Rollouts;

/// <summary>Takes the steps of rollouts that are due, every ten seconds: an app without one costs nothing.</summary>
internal sealed class RampFunction(RolloutRamp ramp)
{
    [Function("RolloutRamp")]
    public Task RunAsync([TimerTrigger("*/10 * * * * *")] TimerInfo timer, CancellationToken cancellation) => ramp.RunAsync(cancellation);
}
