using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Deltas;

/// <summary>Reads the lists of releases; the latest ones asked for stay in memory.</summary>
internal sealed partial class FileLists(BundleStore bundles, ILogger<FileLists> logger) : IDisposable
{
    // In files: a million would take about half a gigabyte.
    private const long Capacity = 100_000;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly SharedCache<Sha256Digest, FileList?> _lists = new(Capacity, Idle);

    /// <param name="app">The app.</param>
    /// <param name="release">Whose list it is.</param>
    /// <param name="digest">From the release's row or from one of its signed forms.</param>
    /// <returns>Null when the list is gone or is not what the digest was taken of: devices get the zip.</returns>
    public ValueTask<FileList?> GetAsync(AppId app, Release release, Sha256Digest digest) => _lists.GetAsync(
        digest,
        release.FileCount,
        () => StorageDeadline.BoundAsync(token => ReadAsync(app, release, digest, token), CancellationToken.None));

    /// <summary>Reads the list anew, whatever is in memory.</summary>
    /// <returns>Null when the list is gone or is not what the digest was taken of.</returns>
    public async Task<FileList?> FindAsync(AppId app, Release release, Sha256Digest digest, CancellationToken cancellation)
    {
        await using var content = await bundles.OpenAsync(BundleBlobs.FileList(app, release.Version, digest), cancellation);
        return await FileList.ReadAsync(content, digest, cancellation);
    }

    public void Dispose() => _lists.Dispose();

    private async Task<FileList?> ReadAsync(AppId app, Release release, Sha256Digest digest, CancellationToken cancellation)
    {
        var list = await FindAsync(app, release, digest, cancellation);
        if (list is null)
        {
            LogMissing(release.Version, app);
        }

        return list;
    }

    [LoggerMessage(LogLevel.Error, "The file list of {Version} of {App} is missing or changed; devices get the zip.")]
    private partial void LogMissing(BundleVersion version, AppId app);
}
