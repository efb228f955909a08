using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Observability;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks.Decisions;
using Serverless.Storage;

namespace Serverless.Rollbacks;

/// <summary>Counts failures, and acts against a release when they decide against it.</summary>
internal sealed class FailureReports(OutcomeRecorder recorder, ReleaseTrial trial, ReleaseWithdrawal withdrawal, IOptions<RollbackOptions> options)
{
    /// <param name="message">A batch of failed events, as the report function queued it.</param>
    /// <param name="cancellation">Stops between releases; the message is delivered again.</param>
    public async Task RunAsync(string message, CancellationToken cancellation)
    {
        using var span = Traces.Process(Queues.FailureReports, message);
        var votes = await recorder.RecordAsync(message, cancellation);
        foreach (var (app, version) in votes.Select(release => (release.Key.App, release.Key.Version)).Distinct())
        {
            if (await DecideAsync(app, version, cancellation) is { Action: not RollbackAction.None } decision)
            {
                await withdrawal.RunAsync(app, version, decision, cancellation);
            }
        }
    }

    private async Task<RollbackDecision> DecideAsync(AppId app, BundleVersion version, CancellationToken cancellation)
    {
        using var span = Traces.Start("decide").About(app.Value, version.Value);
        var decision = RollbackPolicy.Decide(await trial.ReadAsync(app, version, cancellation), options.Value);
        span?.SetTag("updates.decision", $"{decision.Action}");
        return decision;
    }
}
