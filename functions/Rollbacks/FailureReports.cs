using Microsoft.Extensions.Options;
using Serverless.Outcomes;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Rollbacks;

/// <summary>Counts failures, and withdraws a release when they decide against it.</summary>
internal sealed class FailureReports(OutcomeRecorder recorder, OutcomeStore outcomes, ReleaseWithdrawal withdrawal, IOptions<RollbackOptions> options)
{
    /// <param name="message">A batch of failed events, as the report function queued it.</param>
    /// <param name="cancellation">Stops between releases; the message is delivered again.</param>
    public async Task RunAsync(string message, CancellationToken cancellation)
    {
        foreach (var (app, version) in await recorder.RecordAsync(message, cancellation))
        {
            var tally = await outcomes.TallyAsync(app, version, cancellation);
            var evidence = new ReleaseEvidence { All = new ArmEvidence { Candidate = new Arm(tally.Exposed, tally.Failed) } };
            if (RollbackPolicy.Decide(evidence, options.Value) is { Action: not RollbackAction.None } decision)
            {
                await withdrawal.RunAsync(app, version, decision, cancellation);
            }
        }
    }
}
