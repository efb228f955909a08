using Serverless.Channels;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Rollouts;

/// <summary>Everything that can be done to a channel's way to its releases, and how an audit does it once more. Pure.</summary>
internal static class RolloutActs
{
    private const string NoRamp = "none";

    /// <summary>
    /// Brings a release to a channel: at once where the channel has no ramp, points at nothing yet, or goes back; otherwise as the candidate
    /// of a rollout, in the place of the one before.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="version">The release.</param>
    /// <param name="revision">The app's, by which a new rollout is called.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="now">When.</param>
    public static ChannelAct Bring(Channel channel, BundleVersion version, long revision, string actor, DateTimeOffset now)
    {
        var isHigher = channel.Target is not { } stable || version > stable;
        return channel switch
        {
            { Rollout: { } running } when isHigher => Change(channel, running.Replace(version, now), actor, $"in the place of {running.Candidate}"),
            { Rollout: not null } => Then(Abort(channel, actor, $"the channel goes to {version}"), aborted => Move(aborted, version, actor)),
            { Ramp: not null, Target: not null } when isHigher => Start(channel, version, revision, actor, $"from {channel.Target}", now),
            _ => Move(channel, version, actor),
        };
    }

    /// <summary>Begins a rollout on a channel that has a ramp and none that runs.</summary>
    public static ChannelAct Start(Channel channel, BundleVersion version, long revision, string actor, string reason, DateTimeOffset now)
    {
        var rollout = Rollout.Start($"{channel.Name}-{revision}", version, channel.Ramp!, now);
        return new(channel.LeadBy(rollout), [Entry(LedgerKind.RolloutStarted, channel, rollout, actor, reason)]);
    }

    /// <summary>Pauses, resumes, raises, advances or replaces, as <paramref name="next"/> was made.</summary>
    public static ChannelAct Change(Channel channel, Rollout next, string actor, string reason) =>
        new(channel.LeadBy(next), [Entry(LedgerKind.RolloutChanged, channel, next, actor, reason)]);

    /// <summary>The rollout's next step, which for the last one is to finish.</summary>
    public static ChannelAct Step(Channel channel, string actor, string reason, DateTimeOffset now) => channel.Rollout is { IsLastStage: false } rollout
        ? Change(channel, rollout.Advance(now), actor, reason)
        : Finish(channel, actor, reason);

    /// <summary>Makes the candidate the stable release. The move ends the rollout, so that detours from the candidate hold all the while.</summary>
    public static ChannelAct Finish(Channel channel, string actor, string reason)
    {
        var rollout = channel.Rollout!;
        return Then(new ChannelAct(channel, [Entry(LedgerKind.RolloutFinished, channel, rollout, actor, reason)]), led => Move(led, rollout.Candidate, actor));
    }

    /// <summary>Leads everybody to the stable release again.</summary>
    public static ChannelAct Abort(Channel channel, string actor, string reason) =>
        new(channel.AbortRollout(), [Entry(LedgerKind.RolloutAborted, channel, channel.Rollout!, actor, reason)]);

    /// <param name="channel">The channel.</param>
    /// <param name="ramp">A sound one; null is at once. A rollout that runs keeps the one it began with.</param>
    /// <param name="actor">Who does it.</param>
    public static ChannelAct SetRamp(Channel channel, Ramp? ramp, string actor) =>
        new(channel with { Ramp = ramp }, [new LedgerEntry(LedgerKind.ChannelRamp, actor, $"{channel.Name}", ramp?.ToString() ?? NoRamp)]);

    /// <summary>Leads a part of the fleet elsewhere than to a release.</summary>
    public static ChannelAct Detour(Channel channel, Detour detour, string actor, string reason) => new(
        channel.WithDetour(detour.Cell, detour.From, detour.To),
        [new LedgerEntry(LedgerKind.ChannelDetoured, actor, $"{channel.Name}", $"{detour.Cell} {new PointerMove(detour.From, detour.To, reason)}")]);

    /// <summary>Does once more what an entry tells.</summary>
    /// <returns>Null when the act cannot follow what was done to the channel before.</returns>
    public static Channel? Replay(Channel channel, string kind, string words) => kind switch
    {
        LedgerKind.ChannelRamp when words == NoRamp => channel with { Ramp = null },
        LedgerKind.ChannelRamp => Ramp.Parse(words) is { } ramp ? channel with { Ramp = ramp } : null,
        LedgerKind.RolloutStarted => channel.Rollout is null && Rollout.Parse(words) is { } started ? channel.LeadBy(started) : null,
        LedgerKind.RolloutChanged => channel.Rollout is { } before && Rollout.Parse(words) is { } after && after.Id == before.Id ? channel.LeadBy(after) : null,
        LedgerKind.RolloutFinished => channel.Rollout is { } finished && Rollout.Parse(words) == finished ? channel : null,
        LedgerKind.RolloutAborted => channel.Rollout is { } ended && Rollout.Parse(words) == ended ? channel.AbortRollout() : null,
        LedgerKind.ChannelDetoured => words.Split(' ', 2) is [var part, var way] && Cell.TryParse(part, out var cell) && PointerMove.Parse(way) is { From: { } from, To: var to }
            ? channel.WithDetour(cell, from, to)
            : null,
        _ => null,
    };

    private static ChannelAct Move(Channel channel, BundleVersion version, string actor) => new(
        channel.PointAt(version),
        [new LedgerEntry(LedgerKind.ChannelMoved, actor, $"{channel.Name}", $"{new PointerMove(channel.Target, version)}")]);

    private static ChannelAct Then(ChannelAct first, Func<Channel, ChannelAct> second)
    {
        var next = second(first.Channel);
        return new(next.Channel, [.. first.Ledger, .. next.Ledger]);
    }

    private static LedgerEntry Entry(string kind, Channel channel, Rollout rollout, string actor, string reason) =>
        new(kind, actor, $"{channel.Name}", $"{rollout}: {reason}");
}
