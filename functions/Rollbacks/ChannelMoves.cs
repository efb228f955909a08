using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Rollbacks;

/// <summary>How a channel leads devices to a release, how it is made to lead them elsewhere, and what the ledger says about it. Pure.</summary>
internal static class ChannelMoves
{
    /// <summary>What of a channel has to move, with no target yet.</summary>
    /// <param name="channel">The channel as it is.</param>
    /// <param name="bad">The release it may lead to.</param>
    /// <param name="cells">The parts of the fleet that are to leave it; empty is all of it.</param>
    public static IEnumerable<ChannelMove> Needed(Channel channel, BundleVersion bad, ImmutableArray<Cell> cells)
    {
        if (!cells.IsEmpty)
        {
            return channel.LeadsTo(bad) ? cells.Where(cell => !IsLedAround(channel, cell, bad)).Select(Detour) : [];
        }

        return
        [
            .. channel.Target == bad ? [new ChannelMove(channel.Name)] : Array.Empty<ChannelMove>(),
            .. channel.Rollout?.Candidate == bad ? [new ChannelMove(channel.Name, null, MoveKind.Rollout)] : Array.Empty<ChannelMove>(),
            .. channel.Detours.Where(detour => detour.To == bad && !IsLedAround(channel, detour.Cell, bad)).Select(detour => Detour(detour.Cell)),
        ];

        ChannelMove Detour(Cell cell) => new(channel.Name, null, MoveKind.Detour, cell);
    }

    /// <summary>Makes the move.</summary>
    public static ChannelAct Make(Channel channel, BundleVersion bad, ChannelMove move, string reason, string actor) => move switch
    {
        { Kind: MoveKind.Pointer } => new(
            channel.PointAt(move.Target), [new LedgerEntry(LedgerKind.ChannelMoved, actor, $"{channel.Name}", $"{new PointerMove(channel.Target, move.Target, reason)}")]),
        { Kind: MoveKind.Rollout } => RolloutActs.Abort(channel, actor, reason),
        { Cell: { } cell } => RolloutActs.Detour(channel, new Detour(cell, bad, move.Target), actor, reason),
        _ => throw new ArgumentException("A detour is of a cell.", nameof(move)),
    };

    /// <summary>Reads back what the ledger says of a move that left the pointer where it was.</summary>
    /// <param name="channel">The channel before it.</param>
    /// <param name="kind">Of the entry.</param>
    /// <param name="words">Of the entry.</param>
    /// <returns>The move and the release that it was made away from, or null when these are not the words of one.</returns>
    public static (BundleVersion Bad, ChannelMove Move)? Read(Channel channel, string kind, string words)
    {
        if (kind == LedgerKind.RolloutAborted)
        {
            return Rollout.Parse(words) is { } aborted ? (aborted.Candidate, new ChannelMove(channel.Name, channel.Target, MoveKind.Rollout)) : null;
        }

        return words.Split(' ', 2) is [var who, var where] && Cell.TryParse(who, out var cell) && PointerMove.Parse(where) is { From: { } bad } detour
            ? (bad, new ChannelMove(channel.Name, detour.To, MoveKind.Detour, cell))
            : null;
    }

    private static bool IsLedAround(Channel channel, Cell cell, BundleVersion bad) =>
        channel.Detours.Any(detour => (detour.Cell, detour.From) == (cell, bad));
}
