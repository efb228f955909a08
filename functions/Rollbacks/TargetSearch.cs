using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>Finds what a channel goes back to: the newest earlier release that devices will be able to install, proven anew, else the bundle inside the app.</summary>
internal sealed class TargetSearch(ReleaseCatalog catalog, RollbackTarget target, VerificationIncidents incidents)
{
    /// <summary>What a channel may go back to, newest first.</summary>
    public static IEnumerable<BundleVersion> Earlier(Channel channel) => channel.Rollout is not null && channel.Target is { } stable
        ? channel.History.Prepend(stable)
        : channel.History;

    /// <summary>What speaks against going back to a release, as far as the rows alone tell.</summary>
    /// <param name="bad">The release that is left.</param>
    /// <param name="candidate">An earlier one.</param>
    /// <param name="isOrdered">Somebody chose it: the floor does not bind them.</param>
    /// <returns>A sentence, or null when nothing does.</returns>
    public static string? FindObjection(Release bad, Release candidate, bool isOrdered) => candidate switch
    {
        { CollectedAt: not null } => $"{candidate.Version} was collected.",
        { WithdrawnBecause: not null } => $"{candidate.Version} was withdrawn itself.",
        { PausedBecause: not null } => $"{candidate.Version} is paused itself.",
        _ when !isOrdered && bad.Notes.RollbackFloor is { } floor && candidate.Version < floor => $"{candidate.Version} is below the rollback floor {floor}.",
        _ when NeedsMoreNative(bad, candidate) => $"{candidate.Version} needs a newer native app than {bad.Version}.",
        _ => null,
    };

    /// <summary>Searches on behalf of all channels of one plan, so that no release is proven twice.</summary>
    /// <param name="app">The app.</param>
    /// <param name="bad">The release that is left.</param>
    public Search Begin(AppId app, Release bad) => new(catalog, app, bad, (version, candidate, cancellation) => ProveAsync(app, version, candidate, cancellation));

    /// <summary>The same for a plan that nobody carries out: what is found wrong with a release opens no incident.</summary>
    public Search Rehearse(AppId app, Release bad) => new(catalog, app, bad, (version, candidate, cancellation) => target.FindDefectAsync(app, version, candidate, cancellation));

    private static bool NeedsMoreNative(Release bad, Release candidate) =>
        NativeVersion.TryParse(candidate.Notes.MinNative ?? "") is { } needed
        && (NativeVersion.TryParse(bad.Notes.MinNative ?? "") is not { } had || needed.CompareTo(had.Number) > 0);

    private async Task<string?> ProveAsync(AppId app, BundleVersion version, Release candidate, CancellationToken cancellation)
    {
        var defect = await target.FindDefectAsync(app, version, candidate, cancellation);
        if (defect is not null)
        {
            await incidents.OpenAsync(app, version, defect, cancellation);
        }

        return defect;
    }

    /// <summary>A search for the channels of one incident.</summary>
    internal sealed class Search(ReleaseCatalog catalog, AppId app, Release bad, Func<BundleVersion, Release, CancellationToken, Task<string?>> prove)
    {
        private readonly Dictionary<BundleVersion, string?> _proofs = [];

        /// <param name="candidates">In the order in which they are tried.</param>
        /// <param name="isOrdered">Somebody chose the only candidate: the floor does not bind them.</param>
        /// <param name="cancellation">Stops between proofs.</param>
        public async Task<ProvenTarget> FindAsync(IEnumerable<BundleVersion> candidates, bool isOrdered, CancellationToken cancellation)
        {
            var notes = new List<string>();
            foreach (var version in candidates.Where(version => version != bad.Version).Distinct())
            {
                if (await catalog.FindReleaseAsync(app, version, cancellation) is not { } candidate)
                {
                    continue;
                }

                if (FindObjection(bad, candidate, isOrdered) is { } objection)
                {
                    notes.Add(objection);
                    continue;
                }

                if (!_proofs.TryGetValue(version, out var defect))
                {
                    _proofs[version] = defect = await prove(version, candidate, cancellation);
                }

                if (defect is null)
                {
                    return new ProvenTarget(true, version, [.. notes, $"{version}: bytes hashed again, signatures opened."]);
                }

                notes.Add(defect);
            }

            return (isOrdered, bad.Notes.RollbackFloor) switch
            {
                (true, _) => new ProvenTarget(false, null, [.. notes, "The target that was asked for cannot be served."]),
                (_, { } floor) => new ProvenTarget(false, null, [.. notes, $"No release from the rollback floor {floor} on is servable: nobody can go back."]),
                _ => new ProvenTarget(true, null, [.. notes, "No earlier release is servable: back to the bundle inside the app."]),
            };
        }
    }
}

/// <param name="IsFound">False when there is nowhere to go.</param>
/// <param name="Version">Where to; null is the bundle inside the app.</param>
/// <param name="Notes">What was found on the way, a sentence a candidate.</param>
internal sealed record ProvenTarget(bool IsFound, BundleVersion? Version, ImmutableArray<string> Notes);
