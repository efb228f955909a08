using System.Collections.Immutable;
using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Rollouts;

namespace Serverless.Audits;

/// <summary>What the catalog must hold if everything that the ledger tells was done, and nothing else. Grows with releases and channels, not with rows.</summary>
internal sealed class LedgerFacts
{
    private readonly Dictionary<(string Kind, string Subject), ImmutableArray<string>> _releases = [];
    private readonly Dictionary<string, ImmutableArray<ChannelMove>> _rollbacks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<LedgerDocument>> _incidents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _paused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _collected = new(StringComparer.Ordinal);

    /// <summary>Each channel as its acts, done once more, leave it.</summary>
    public Dictionary<string, Channel> Channels { get; } = new(StringComparer.Ordinal);

    /// <summary>What approvers said, by the subject under which the ledger tells of it.</summary>
    public Dictionary<string, ApprovalFacts> Approvals { get; } = new(StringComparer.Ordinal);

    /// <summary>The digest of what the app asks of its devices; null when it was never told to ask anything.</summary>
    public string? Authentication { get; private set; }

    /// <summary>The pins of devices that have one, by pseudonym.</summary>
    public Dictionary<string, Pin> Pins { get; } = new(StringComparer.Ordinal);

    /// <summary>Versions that were published.</summary>
    public IEnumerable<string> Published => Subjects(LedgerKind.ReleasePublished);

    /// <summary>Versions against which an incident was opened.</summary>
    public IEnumerable<string> Incidents => _incidents.Keys;

    /// <summary>The reasons of all entries of a kind about a version.</summary>
    public ImmutableArray<string> Why(string kind, BundleVersion version) => _releases.GetValueOrDefault((kind, version.Value), []);

    /// <summary>All that was written of the version's incident.</summary>
    public ImmutableArray<LedgerDocument> Incident(BundleVersion version) => _incidents.GetValueOrDefault(version.Value, []);

    /// <summary>Why the version is paused; null when it is not.</summary>
    public string? Paused(BundleVersion version) => _paused.GetValueOrDefault(version.Value);

    /// <summary>In which words the version was collected; null while it is stored.</summary>
    public string? Collected(BundleVersion version) => _collected.GetValueOrDefault(version.Value);

    /// <summary>Where channels went when the version was withdrawn.</summary>
    public ImmutableArray<ChannelMove> Rollbacks(BundleVersion version) => _rollbacks.GetValueOrDefault(version.Value, []);

    /// <returns>False when the act cannot follow those before it.</returns>
    public bool Apply(LedgerDocument entry)
    {
        switch (entry.Kind)
        {
            case LedgerKind.BundleAccepted or LedgerKind.BundleWarned or LedgerKind.BundleSigned or LedgerKind.ReleasePublished or LedgerKind.ReleaseWithdrawn:
                var key = (entry.Kind, entry.Subject);
                _releases[key] = _releases.GetValueOrDefault(key, []).Add(entry.Why);
                return entry.Kind != LedgerKind.ReleaseWithdrawn || Pause(entry.Subject, null);
            case LedgerKind.ReleasePaused:
                return Pause(entry.Subject, entry.Why);
            case LedgerKind.ReleaseResumed:
                return Pause(entry.Subject, null);
            case LedgerKind.ReleaseCollected:
                return _collected.TryAdd(entry.Subject, entry.Why);
            case LedgerKind.ReleaseRestored:
                // Stored and signed anew: what was published and signed before is told again.
                _releases[(LedgerKind.ReleasePublished, entry.Subject)] = [entry.Why];
                _releases.Remove((LedgerKind.BundleSigned, entry.Subject));
                return _collected.Remove(entry.Subject);
            case var kind when kind.StartsWith(LedgerKind.IncidentPrefix, StringComparison.Ordinal):
                _incidents[entry.Subject] = _incidents.GetValueOrDefault(entry.Subject, []).Add(entry);
                return true;
            case LedgerKind.ChannelCreated:
                return ChannelName.TryParse(entry.Subject, out var name) && Channels.TryAdd(entry.Subject, Channel.New(name, Channels.Count + 1));
            case LedgerKind.ChannelChanged:
                return Change(entry, channel => ChannelEdit.Replay(channel, entry.Why));
            case LedgerKind.ChannelApprovals:
                return Change(entry, channel => ApprovalActs.ReplayPolicy(channel, entry.Why));
            case LedgerKind.ChannelMoved:
                return PointerMove.Parse(entry.Why) is { } move && Change(entry, channel => Move(channel, move));
            case LedgerKind.ChannelRamp or LedgerKind.ChannelDetoured
                or LedgerKind.RolloutStarted or LedgerKind.RolloutChanged or LedgerKind.RolloutFinished or LedgerKind.RolloutAborted:
                return Change(entry, channel => Lead(channel, entry));
            case var kind when kind.StartsWith(LedgerKind.ApprovalPrefix, StringComparison.Ordinal):
                return Count(entry);
            case LedgerKind.DevicePinned:
                return Set(entry.Subject, DevicePseudonym.TryParse(entry.Subject, out var device) ? Pin.Parse(device, entry.Why) : null);
            case LedgerKind.AuthenticationChanged or LedgerKind.DeviceKeyRevoked:
                Authentication = RowDigest.In(entry.Why);
                return Authentication is not null;
            case LedgerKind.DeviceErased:
                Authentication = RowDigest.In(entry.Why) ?? Authentication;
                return true;
            case LedgerKind.DeviceUnpinned:
                return Pins.Remove(entry.Subject);
            default:
                return true;
        }
    }

    private bool Pause(string version, string? reason)
    {
        _paused.Remove(version);
        if (reason is not null)
        {
            _paused[version] = reason;
        }

        return true;
    }

    private Channel? Lead(Channel channel, LedgerDocument entry)
    {
        if (entry.Actor == IncidentActor.Recovery && ChannelMoves.Read(channel, entry.Kind, entry.Why) is (var bad, { } move))
        {
            _rollbacks[bad.Value] = Rollbacks(bad).Add(move);
        }

        return RolloutActs.Replay(channel, entry.Kind, entry.Why);
    }

    private IEnumerable<string> Subjects(string kind) => _releases.Keys.Where(entry => entry.Kind == kind).Select(entry => entry.Subject);

    private bool Set(string device, Pin? pin)
    {
        if (pin is not null)
        {
            Pins[device] = pin;
        }

        return pin is not null;
    }

    private bool Change(LedgerDocument entry, Func<Channel, Channel?> change)
    {
        if (!Channels.TryGetValue(entry.Subject, out var channel) || change(channel) is not { } changed || !IsApproved(entry.Actor, channel, changed))
        {
            return false;
        }

        Channels[entry.Subject] = changed;
        return true;
    }

    // A recovery leads back, and waits for nobody.
    private bool IsApproved(string actor, Channel before, Channel after) => actor == IncidentActor.Recovery
        || before.Approvals is not { } policy
        || ForwardStep.Between(before, after) is not { } step
        || (Approvals.TryGetValue($"{before.Name}/{step.Version}", out var approvals) && approvals.Covers(policy, step.Percent));

    private bool Count(LedgerDocument entry)
    {
        if (!Approvals.TryGetValue(entry.Subject, out var approvals))
        {
            Approvals[entry.Subject] = approvals = new ApprovalFacts();
        }

        return approvals.Apply(entry);
    }

    private Channel? Move(Channel channel, PointerMove move)
    {
        if (channel.Target != move.From)
        {
            return null;
        }

        if (move is { Reason: not null, From: { } bad })
        {
            _rollbacks[bad.Value] = Rollbacks(bad).Add(new ChannelMove(channel.Name, move.To));
        }

        return channel.PointAt(move.To);
    }
}
