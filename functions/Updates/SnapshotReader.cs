using System.Collections.Frozen;
using System.Text.Json;
using Serverless.Apps;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Rollbacks;
using Serverless.Signing;

namespace Serverless.Updates;

/// <summary>
/// Reads an app's snapshot from the catalog. A release comes into it only when its row is what its keys signed; another one keeps its devices
/// where they are and opens an incident.
/// </summary>
internal sealed class SnapshotReader(ReleaseCatalog catalog, KeyRing keys, ReleaseProof proof, VerificationIncidents incidents)
{
    /// <summary>Costs two reads, at the same time, when nothing changed since <paramref name="last"/> and nothing was wrong.</summary>
    /// <exception cref="IOException">A release cannot be proven at present: the custodian does not tell its public keys.</exception>
    public async Task<AppSnapshot> ReadAsync(AppId app, AppSnapshot? last, CancellationToken cancellation)
    {
        // The revisions first: whatever is read after them is at least that new, and a later change shows as a later revision.
        var states = await Task.WhenAll(catalog.ReadAppAsync(app, cancellation), catalog.ReadAllAppsAsync(cancellation));
        var (state, shared) = (states[0], states[1]);
        if (!state.Exists)
        {
            return AppSnapshot.Unknown(app);
        }

        // Who restores a row or a document changes no revision.
        if (last is { Defects.Count: 0 } && last.Revision == state.Revision && last.SharedRevision == shared.Revision)
        {
            return last;
        }

        var channels = await catalog.ListChannelsAsync(app, cancellation);
        var targets = channels.Select(channel => channel.Target).OfType<BundleVersion>().Distinct();
        var releases = await Task.WhenAll(targets.Select(version => ReadAsync(app, version, last, cancellation)));
        return new AppSnapshot
        {
            App = app,
            Revision = state.Revision,
            SharedRevision = shared.Revision,
            Keys = await keys.ReadStatesAsync(app, cancellation),
            Channels = channels.ToFrozenDictionary(channel => channel.Name.Value, StringComparer.Ordinal),
            Releases = releases.Where(read => read.Defect is null).ToFrozenDictionary(read => read.Version.Value, read => read.Release!, StringComparer.Ordinal),
            Defects = releases.Where(read => read.Defect is not null).ToFrozenDictionary(read => read.Version.Value, read => read.Defect!, StringComparer.Ordinal),
        };
    }

    private async Task<ReadRelease> ReadAsync(AppId app, BundleVersion version, AppSnapshot? last, CancellationToken cancellation)
    {
        var read = await ProveAsync(app, version, last?.Release(version), cancellation);
        if (read.Defect is { } defect)
        {
            incidents.OpenInBackground(app, version, defect);
        }

        return read;
    }

    /// <param name="app">The app.</param>
    /// <param name="version">The release.</param>
    /// <param name="proven">The release as it was proven before; its documents need not be read again.</param>
    /// <param name="cancellation">Gives up.</param>
    private async Task<ReadRelease> ProveAsync(AppId app, BundleVersion version, Release? proven, CancellationToken cancellation)
    {
        try
        {
            var release = await catalog.FindReleaseAsync(app, version, cancellation);
            return release switch
            {
                null => new ReadRelease(version, null, $"The row of {version} is missing."),
                _ when proven is not null && Write(release) == Write(proven) => new ReadRelease(version, release, null),
                _ => new ReadRelease(version, release, await proof.FindRowDefectAsync(app, version, release, cancellation)),
            };
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

    private static string Write(Release release) => JsonSerializer.Serialize(release, PipelineJson.Default.Release);

    private sealed record ReadRelease(BundleVersion Version, Release? Release, string? Defect);
}
