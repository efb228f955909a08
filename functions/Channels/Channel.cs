using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Serverless.Approvals;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Channels;

/// <summary>A named pointer that devices follow.</summary>
internal sealed record Channel
{
    private const int HistoryLength = 50;

    public required ChannelName Name { get; init; }

    /// <summary>Counts an app's channels from 1; the plugin's channel list needs whole numbers.</summary>
    public required int Id { get; init; }

    /// <summary>Devices that name no channel follow it.</summary>
    public required bool Public { get; init; }

    /// <summary>Devices may choose it by name.</summary>
    public required bool AllowSelfSet { get; init; }

    /// <summary>Which devices it serves.</summary>
    public ChannelPolicy Policy { get; init; } = ChannelPolicy.Default;

    /// <summary>The release that devices are to run; null sends them back to the bundle inside the app.</summary>
    public BundleVersion? Target { get; init; }

    /// <summary>What it pointed at before, newest first, without repeats: the candidates for going back.</summary>
    public ImmutableArray<BundleVersion> History { get; init; } = [];

    /// <summary>The candidate it is moving to, step by step; null while it is not.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>How it moves to a new release; null is at once.</summary>
    public Ramp? Ramp { get; init; }

    /// <summary>Who has to agree before it leads devices to a release it did not offer before; null is nobody.</summary>
    public ApprovalPolicy? Approvals { get; init; }

    /// <summary>Where parts of the fleet are led instead of a release that was withdrawn there alone.</summary>
    public ImmutableArray<Detour> Detours { get; init; } = [];

    /// <summary>The highest release that it leads to: a candidate is always higher than the stable one.</summary>
    [JsonIgnore]
    public BundleVersion? Newest => Rollout?.Candidate ?? Target;

    /// <summary>
    /// A channel that its first upload creates. Only <c>production</c> is public: a new channel moves no device that did not ask for it by name.
    /// </summary>
    public static Channel New(ChannelName name, int id) => new()
    {
        Name = name,
        Id = id,
        Public = name == ChannelName.Production,
        AllowSelfSet = name != ChannelName.Production,
    };

    /// <summary>
    /// Moves the pointer. Whoever goes down leaves what is above for good: a later rollback must not go up again. A rollout goes on only while it
    /// leads higher: when the stable release is taken back, the devices that have left it already need not go down with the others.
    /// </summary>
    public Channel PointAt(BundleVersion? target) => (this with
    {
        Target = target,
        History = [.. (Target is { } left ? History.Remove(left).Insert(0, left) : History).Where(version => target is not { } to || version < to).Take(HistoryLength)],
        Rollout = Rollout is { } running && target is { } reached && running.Candidate <= reached ? null : Rollout,
    }).WithoutOldDetours();

    /// <summary>Begins a rollout, or goes on with it.</summary>
    public Channel LeadBy(Rollout rollout) => (this with { Rollout = rollout }).WithoutOldDetours();

    /// <summary>Leads everybody to the stable release.</summary>
    public Channel AbortRollout() => (this with { Rollout = null }).WithoutOldDetours();

    /// <summary>Leads a part of the fleet elsewhere than to a release, instead of where it was led before from there.</summary>
    public Channel WithDetour(Cell cell, BundleVersion from, BundleVersion? to) =>
        (this with { Detours = [.. Detours.Where(detour => detour.Cell != cell || detour.From != from), new Detour(cell, from, to)] }).WithoutOldDetours();

    /// <summary>Whether some device may be led to the release.</summary>
    public bool LeadsTo(BundleVersion version) => Target == version || Rollout?.Candidate == version || (!Detours.IsEmpty && Destinations().Contains(version));

    /// <summary>Every release that some device may be led to: the stable one, the candidate, and where detours end.</summary>
    public IReadOnlySet<BundleVersion> Destinations()
    {
        var reached = new[] { Target, Rollout?.Candidate }.OfType<BundleVersion>().ToHashSet();

        // A detour may begin where another one ends.
        for (var before = -1; before < reached.Count;)
        {
            before = reached.Count;
            reached.UnionWith(Detours.Where(detour => reached.Contains(detour.From)).Select(detour => detour.To).OfType<BundleVersion>().ToArray());
        }

        return reached;
    }

    private Channel WithoutOldDetours()
    {
        if (Detours.IsEmpty)
        {
            return this;
        }

        var reached = Destinations();
        return this with { Detours = Detours.RemoveAll(detour => !reached.Contains(detour.From)) };
    }
}
