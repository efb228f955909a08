namespace Serverless.Retention;

/// <summary>Collects what nothing needs, once a night.</summary>
internal sealed class RetentionFunction(RetentionRun run)
{
    [Function("Retention")]
    public Task RunAsync([TimerTrigger("0 50 2 * * *")] TimerInfo timer, CancellationToken cancellation) => run.RunAsync(cancellation);
}
