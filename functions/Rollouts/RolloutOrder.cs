namespace Serverless.Rollouts;

/// <summary>What people can do to a rollout.</summary>
internal enum RolloutAction
{
    /// <summary>Begin one to a release that exists.</summary>
    Start,

    /// <summary>Offer the candidate to nobody new.</summary>
    Pause,

    Resume,

    /// <summary>Lead more devices to the candidate than the step does.</summary>
    Raise,

    /// <summary>Lead everybody to the stable release.</summary>
    Abort,

    /// <summary>Make the candidate the stable release.</summary>
    Finish,
}

/// <summary>What somebody wants of a rollout.</summary>
/// <param name="Action">The act.</param>
/// <param name="Percent">Of the fleet; to raise.</param>
/// <param name="Version">The candidate; to start.</param>
/// <param name="Reason">For the ledger.</param>
internal sealed record RolloutOrder(RolloutAction Action, int? Percent = null, string? Version = null, string? Reason = null);
