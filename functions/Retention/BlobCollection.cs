using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Updates;

namespace Serverless.Retention;

/// <summary>
/// Removes the blobs that no release names: those of collected releases, once the addresses that were given out are no good any more, and what intakes left that
/// nobody finished. A blob is removed only while it is the one that was listed and nobody has stored or wanted it for <see cref="MinAge"/>: an intake
/// renews what it finds (<see cref="ServedBlobs"/>), so that what it goes on to name cannot go. Run again, it goes on.
/// </summary>
internal sealed partial class BlobCollection(
    BlobServiceClient blobs,
    ReleaseCatalog catalog,
    HoldingsReading holdings,
    BundleStore store,
    IOptions<DownloadOptions> downloads,
    IOptions<SnapshotOptions> snapshots,
    TimeProvider time,
    ILogger<BlobCollection> logger)
{
    /// <summary>Twice <see cref="ServedBlobs.Fresh"/>: what is left is an intake's time from finding a blob to naming it.</summary>
    public static readonly TimeSpan MinAge = 2 * ServedBlobs.Fresh;

    // Of one run. What is left is found by the next one.
    private const int MaxRemoved = 20_000;

    // An instance that storage does not answer offers from its last snapshot, with addresses that last two windows.
    private TimeSpan Reach => snapshots.Value.MaxAgeInOutage + (2 * downloads.Value.Window);

    /// <returns>How many were removed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var begun = time.GetUtcNow();
        var (named, areFilesKnown) = await ReadNamesAsync(begun - Reach, cancellation);

        // A catalog that names nothing is more likely lost than empty.
        if (named is not { Releases: > 0 })
        {
            return 0;
        }

        var removed = 0;
        foreach (var container in areFilesKnown ? new[] { Containers.Bundles, Containers.Files } : [Containers.Bundles])
        {
            removed += await RemoveAsync(container, named, begun - MinAge, MaxRemoved - removed, cancellation);
        }

        if (removed > 0)
        {
            LogRemoved(removed);
        }

        return removed;
    }

    /// <param name="reachable">Releases that were collected later may still be downloaded.</param>
    /// <param name="cancellation">Stops between releases.</param>
    /// <returns>Null when a release cannot be read: what it names is then not known. The same holds of files, by the list of a release.</returns>
    private async Task<(NamedBlobs? Named, bool AreFilesKnown)> ReadNamesAsync(DateTimeOffset reachable, CancellationToken cancellation)
    {
        var named = new NamedBlobs();
        var areFilesKnown = true;
        await foreach (var (app, state) in catalog.ListAppsAsync(cancellation))
        {
            try
            {
                var held = await holdings.ReadAsync(app, state, cancellation);
                var led = held.Led();

                // A release that devices are led to was not collected by this server, whatever its row says.
                foreach (var release in held.Releases.Where(release => release.CollectedAt is not { } at || at > reachable || led.Contains(release.Version)))
                {
                    named.Add(app, release);
                    if (release.FileList is { } list && !await TryAddFilesAsync(named, app, release, list, cancellation))
                    {
                        areFilesKnown = false;
                        LogUnknownFiles(release.Version, app);
                    }
                }
            }
            catch (JsonException e)
            {
                LogUnreadable(e, app);
                return (null, false);
            }
        }

        return (named, areFilesKnown);
    }

    private async Task<bool> TryAddFilesAsync(NamedBlobs named, AppId app, Release release, Sha256Digest list, CancellationToken cancellation)
    {
        await using var stored = await store.OpenAsync(BundleBlobs.FileList(app, release.Version, list), cancellation);
        if (await FileList.ReadAsync(stored, list, cancellation) is not { } files)
        {
            return false;
        }

        named.Add(app, release.Version, files);
        return true;
    }

    private async Task<int> RemoveAsync(string container, NamedBlobs named, DateTimeOffset before, int most, CancellationToken cancellation)
    {
        var removed = 0;
        var client = blobs.GetBlobContainerClient(container);
        await foreach (var blob in client.GetBlobsAsync(cancellationToken: cancellation))
        {
            if (removed == most)
            {
                break;
            }

            if (blob.Properties.LastModified < before && !named.Contains(container, blob.Name) && await TryRemoveAsync(client.GetBlobClient(blob.Name), blob, cancellation))
            {
                removed++;
            }
        }

        return removed;
    }

    private static async Task<bool> TryRemoveAsync(BlobClient client, BlobItem listed, CancellationToken cancellation)
    {
        try
        {
            await client.DeleteAsync(conditions: new BlobRequestConditions { IfMatch = listed.Properties.ETag }, cancellationToken: cancellation);
            return true;
        }
        catch (RequestFailedException e) when (StorageFault.IsConflict(e) || StorageFault.IsMissing(e))
        {
            // An intake wants it again, or another run was faster.
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} blobs that no release names.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(LogLevel.Error, "No files are removed: the list of release {Version} of {App} is missing or changed.")]
    private partial void LogUnknownFiles(BundleVersion version, AppId app);

    [LoggerMessage(LogLevel.Error, "Nothing is removed: a release of {App} cannot be read.")]
    private partial void LogUnreadable(Exception fault, AppId app);
}
