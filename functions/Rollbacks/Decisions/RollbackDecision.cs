using Serverless.Devices;

namespace Serverless.Rollbacks.Decisions;

/// <summary>What is to be done about a release, and why.</summary>
/// <param name="Action">The act.</param>
/// <param name="Reason">A sentence or two with the counts it was decided on; the same evidence gives the same text.</param>
/// <param name="Cell">The part of the fleet to act on; null is everywhere.</param>
internal sealed record RollbackDecision(RollbackAction Action, string Reason, Cell? Cell = null);

internal enum RollbackAction
{
    None,

    /// <summary>Nobody new gets the release; devices that run it keep it.</summary>
    Pause,

    /// <summary>Withdraw the release: channels go back to the newest release that is provably servable.</summary>
    Rollback,
}
