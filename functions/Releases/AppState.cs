using Azure;
using Serverless.Ledger;

namespace Serverless.Releases;

/// <summary>The counters of an app, in the one row that every change of the app goes through.</summary>
internal sealed record AppState
{
    /// <summary>Sequence of the newest release; 0 before the first.</summary>
    public long Sequence { get; init; }

    /// <summary>Channels made so far.</summary>
    public int ChannelCount { get; init; }

    /// <summary>Counts changes: a snapshot with another revision is stale.</summary>
    public long Revision { get; init; }

    public long LedgerCount { get; init; }

    public string LedgerHead { get; init; } = LedgerRow.Genesis;

    /// <summary>Which releases the latest of them touched.</summary>
    public ReleaseChanges Changes { get; init; } = ReleaseChanges.After(0);

    /// <summary>Of the row as read; null while the app does not exist.</summary>
    public ETag? ETag { get; init; }

    public bool Exists => ETag is not null;
}
