namespace Serverless.Ledger.Seals;

/// <summary>Seals the ledgers every ten minutes.</summary>
internal sealed class SealFunction(LedgerSealing sealing)
{
    [Function("Seal")]
    public Task RunAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellation) => sealing.RunAsync(cancellation);
}
