namespace Serverless.Outcomes;

/// <summary>Forgets, once a day, which networks had how many devices.</summary>
internal sealed class NetworkSweepFunction(NetworkCap cap)
{
    [Function("NetworkSweep")]
    public Task RunAsync([TimerTrigger("0 30 3 * * *")] TimerInfo timer, CancellationToken cancellation) => cap.SweepAsync(cancellation);
}
