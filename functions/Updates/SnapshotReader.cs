using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Devices.Authentication.Certificates;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>
/// Reads an app's snapshot from the catalog. A release comes into it only when its row is what its keys signed; another one keeps its devices
/// where they are and opens an incident.
/// </summary>
internal sealed class SnapshotReader(ReleaseCatalog catalog, RecentReleases recent, KeyRing keys, ReleaseProof proof, VerificationIncidents incidents, Pepper pepper)
{
    private const int MaxProven = 20_000;

    // Of their rows and the keys' states. Kept apart from snapshots, as rows are, so that one of a thousand releases that takes too long is half done the next time.
    private readonly RecentEntries<(AppId App, BundleVersion Version), Sha256Digest> _proven = new(MaxProven);

    /// <summary>Costs one read when nothing changed since <paramref name="last"/> and nothing was wrong.</summary>
    /// <param name="app">The app.</param>
    /// <param name="sharedRevision">Of what belongs to all apps, read before.</param>
    /// <param name="last">The snapshot before this one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">A release cannot be proven at present: the custodian does not tell its public keys.</exception>
    public async Task<AppSnapshot> ReadAsync(AppId app, long sharedRevision, AppSnapshot? last, CancellationToken cancellation)
    {
        // The revisions first: whatever is read after them is at least that new, and a later change shows as a later revision.
        var state = await catalog.ReadAppAsync(app, cancellation);
        if (!state.Exists)
        {
            return AppSnapshot.Unknown(app);
        }

        // Who restores a row or a document changes no revision.
        if (last is { Defects.Count: 0 } && last.Revision == state.Revision && last.SharedRevision == sharedRevision)
        {
            return last;
        }

        var readingStates = keys.ReadStatesAsync(app, cancellation);
        var readingChannels = catalog.ListChannelsAsync(app, state, cancellation);
        var readingAuthentication = ReadAuthenticationAsync(app, cancellation);
        var readingPins = catalog.ListPinsAsync(app, cancellation);
        var readingIncidents = catalog.ListIncidentsAsync(app, cancellation);
        await Task.WhenAll(readingStates, readingChannels, readingAuthentication, readingPins, readingIncidents);

        var (states, channels, authentication, pins) = (await readingStates, await readingChannels, await readingAuthentication, await readingPins);
        var versions = channels.SelectMany(channel => channel.Destinations()).Concat(pins.Select(pin => pin.Version).OfType<BundleVersion>()).Distinct();
        var reading = new Reading(app, state, states, last);
        var releases = await ManyReads.RunAsync(versions, (version, token) => ReadAsync(reading, version, token), cancellation);
        return new AppSnapshot
        {
            App = app,
            Revision = state.Revision,
            SharedRevision = sharedRevision,
            Keys = states,
            Authentication = authentication,
            Authorities = authentication.Certificates is { } trust && TrustedAuthorities.Read(trust, out var authorities) is null ? authorities : null,
            Watched = [.. (await readingIncidents).Where(incident => incident.IsUnderWay).Select(incident => incident.Version)],
            Channels = channels.ToFrozenDictionary(channel => channel.Name.Value, StringComparer.Ordinal),
            Cohorts = channels.Where(channel => channel.Rollout is not null)
                .ToFrozenDictionary(channel => channel.Name.Value, channel => new Cohorts(channel.Rollout!, pepper), StringComparer.Ordinal),
            Pins = pins.ToFrozenDictionary(pin => pin.Device),
            Releases = releases.Where(read => read.Defect is null).ToFrozenDictionary(read => read.Version.Value, read => read.Release!, StringComparer.Ordinal),
            Defects = releases.Where(read => read.Defect is not null).ToFrozenDictionary(read => read.Version.Value, read => read.Defect!, StringComparer.Ordinal),
        };
    }

    // A row that says nothing must not open what it kept closed.
    private async Task<DeviceAuthentication> ReadAuthenticationAsync(AppId app, CancellationToken cancellation)
    {
        try
        {
            return await catalog.ReadAuthenticationAsync(app, cancellation);
        }
        catch (JsonException)
        {
            return DeviceAuthentication.Nobody;
        }
    }

    private async Task<ReadRelease> ReadAsync(Reading reading, BundleVersion version, CancellationToken cancellation)
    {
        var read = await ProveAsync(reading, version, cancellation);
        if (read.Defect is { } defect)
        {
            incidents.OpenInBackground(reading.App, version, defect);
        }

        return read;
    }

    private async Task<ReadRelease> ProveAsync(Reading reading, BundleVersion version, CancellationToken cancellation)
    {
        var app = reading.App;
        try
        {
            if (await FindAsync(reading, version, cancellation) is not { } release)
            {
                return new ReadRelease(version, null, $"The row of {version} is missing.");
            }

            var row = reading.Digest(release);
            if (_proven.TryGet((app, version), out var known) && known == row)
            {
                return new ReadRelease(version, release, null);
            }

            var defect = await proof.FindRowDefectAsync(app, version, release, reading.States, cancellation);
            if (defect is null)
            {
                _proven.Set((app, version), row);
            }

            return new ReadRelease(version, release, defect);
        }
        catch (JsonException)
        {
            return new ReadRelease(version, null, $"The row of {version} cannot be read.");
        }
        catch (CustodianException e)
        {
            // Nothing is known to be wrong, so to devices it is the same as storage that does not answer.
            throw new IOException("The custodian does not tell the public keys that releases are proven with.", e);
        }
    }

    // Who restores a row changes no revision, so what was wrong is read anew.
    private Task<Release?> FindAsync(Reading reading, BundleVersion version, CancellationToken cancellation) =>
        reading.Last?.Defects.ContainsKey(version.Value) == true
            ? catalog.FindReleaseAsync(reading.App, version, cancellation)
            : recent.FindAsync(reading.App, reading.State, version, cancellation);

    /// <summary>What all releases of a snapshot are read by.</summary>
    private sealed record Reading(AppId App, AppState State, KeyStates States, AppSnapshot? Last)
    {
        private readonly string _states = string.Join('\n', States.All.OrderBy(key => key.KeyId, StringComparer.Ordinal).Select(key => $"{key.KeyId} {key.State}"));

        // What a key proved counts no longer when the key does not.
        public Sha256Digest Digest(Release release) =>
            Sha256Digest.Of(Encoding.UTF8.GetBytes($"{JsonSerializer.Serialize(release, PipelineJson.Default.Release)}\n{_states}"));
    }

    private sealed record ReadRelease(BundleVersion Version, Release? Release, string? Defect);
}
