namespace Serverless.SyntheticDevices;

/// <summary>Installs what every channel offers, every ten minutes.</summary>
internal sealed class ProbeFunction(ProbeSweep sweep)
{
    [Function("Probe")]
    public Task RunAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellation) => sweep.RunAsync(cancellation);
}
