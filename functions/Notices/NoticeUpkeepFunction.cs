namespace Serverless.Notices;

/// <summary>Announces and forgets notices, every ten minutes.</summary>
internal sealed class NoticeUpkeepFunction(NoticeUpkeep upkeep)
{
    [Function("NoticeUpkeep")]
    public Task RunAsync([TimerTrigger("30 */10 * * * *")] TimerInfo timer, CancellationToken cancellation) => upkeep.RunAsync(cancellation);
}
