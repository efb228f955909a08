namespace Serverless.Keys;

/// <summary>Signs the releases in use with keys that came after them, every minute.</summary>
internal sealed class KeyRotationFunction(KeyRotation rotation)
{
    [Function("KeyRotation")]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellation) => rotation.RunAsync(cancellation);
}
