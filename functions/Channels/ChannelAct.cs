using System.Collections.Immutable;
using Serverless.Approvals;
using Serverless.Ledger;

namespace Serverless.Channels;

/// <summary>What an act makes of a channel, and what the ledger says about it. The ledger's words lead an audit to the same channel.</summary>
internal sealed record ChannelAct(Channel Channel, ImmutableArray<LedgerEntry> Ledger)
{
    /// <summary>The approvals by which the channel goes forward.</summary>
    public ApprovalRequest? Approvals { get; init; }
}
