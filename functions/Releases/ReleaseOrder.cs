using System.Collections.Immutable;
using Serverless.Rollbacks;

namespace Serverless.Releases;

/// <summary>What somebody does with a release.</summary>
internal enum ReleaseAction
{
    /// <summary>Bring it to a channel: at once, or as the candidate of its ramp.</summary>
    Promote,

    /// <summary>Offer it to nobody any more, and lead its channels back.</summary>
    Withdraw,
}

/// <param name="Action">What.</param>
/// <param name="Channel">For a promotion: where to.</param>
/// <param name="AllowDowngrade">For a promotion: also when the channel offers a higher version.</param>
/// <param name="AllowContent">For a promotion: rules on content that it may break on the channel, which would otherwise refuse it.</param>
/// <param name="Reason">For a withdrawal: why, for the ledger.</param>
/// <param name="To">For a withdrawal: the release to go back to instead of the newest servable one.</param>
/// <param name="DryRun">Tell what would happen, and change nothing.</param>
internal sealed record ReleaseOrder(
    ReleaseAction Action,
    string? Channel = null,
    bool AllowDowngrade = false,
    ImmutableArray<string>? AllowContent = null,
    string? Reason = null,
    string? To = null,
    bool DryRun = false);

/// <summary>What an act does, or would do.</summary>
/// <param name="Version">The release.</param>
/// <param name="DryRun">Nothing was changed.</param>
/// <param name="Changes">Where channels lead from then on.</param>
/// <param name="Stranded">Channels for which there is nowhere to go; they stay.</param>
/// <param name="Notes">What was found on the way, such as which target was proven and which were passed over, and why.</param>
internal sealed record ReleaseActDescription(
    string Version, bool DryRun, ImmutableArray<DescribedChange> Changes, ImmutableArray<string> Stranded, ImmutableArray<string> Notes);

/// <param name="Channel">Which.</param>
/// <param name="Kind">What of it moves.</param>
/// <param name="From">The version that it leads to before, or <c>builtin</c>.</param>
/// <param name="To">The version that it leads to then, or <c>builtin</c>.</param>
/// <param name="Cell">For a detour: whom it leads.</param>
internal sealed record DescribedChange(string Channel, MoveKind Kind, string From, string To, string? Cell = null);
