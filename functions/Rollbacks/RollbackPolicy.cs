using System.Globalization;
using Serverless.Outcomes;

namespace Serverless.Rollbacks;

/// <summary>What is to be done about a release, and why.</summary>
/// <param name="Action">The act.</param>
/// <param name="Reason">One sentence with the counts it was decided on; the same evidence gives the same sentence.</param>
internal sealed record RollbackDecision(RollbackAction Action, string Reason);

internal enum RollbackAction
{
    None,

    /// <summary>Withdraw the release: channels go back to the newest release that is provably servable.</summary>
    Rollback,
}

/// <summary>
/// Decides by distinct devices: at least so many that were offered the release must have failed, and at least such a share of those that were
/// exposed to it. Pure; reports of devices that were never offered the release do not enter.
/// </summary>
internal static class RollbackPolicy
{
    public static RollbackDecision Decide(OutcomeTally tally, RollbackOptions options)
    {
        var share = tally.Exposed == 0 ? 0 : (double)tally.Failed / tally.Exposed;
        var counts = string.Create(CultureInfo.InvariantCulture, $"{tally.Failed} of {tally.Exposed} exposed devices failed ({share:P1})");
        var limits = string.Create(CultureInfo.InvariantCulture, $"at least {options.MinFailedDevices} devices and {options.MinFailedShare:P1}");
        return (options.Enabled, tally.Failed >= options.MinFailedDevices, share >= options.MinFailedShare) switch
        {
            (false, _, _) => new RollbackDecision(RollbackAction.None, $"{counts}; rollbacks are switched off."),
            (_, true, true) => new RollbackDecision(RollbackAction.Rollback, $"{counts}; the limit is {limits}."),
            _ => new RollbackDecision(RollbackAction.None, $"{counts}; a rollback takes {limits}."),
        };
    }
}
