using Serverless.Apps;
using Serverless.Deltas;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Statistics;

/// <summary>How many bytes downloads take, by the lists of the releases. The latest ones asked for stay in memory.</summary>
internal sealed class TransferSizes(ReleaseCatalog catalog, FileLists lists) : IDisposable
{
    private const long Capacity = 10_000;

    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    private readonly SharedCache<(AppId App, string? From, string To), TransferSize> _sizes = new(Capacity, Idle);

    /// <param name="app">The app.</param>
    /// <param name="from">The release whose files the device has; null for none.</param>
    /// <param name="to">The release that is downloaded.</param>
    public ValueTask<TransferSize> GetAsync(AppId app, string? from, string to) =>
        _sizes.GetAsync((app, from, to), size: 1, () => StorageDeadline.BoundAsync(token => ReadAsync(app, from, to, token), CancellationToken.None));

    public void Dispose() => _sizes.Dispose();

    private async Task<TransferSize> ReadAsync(AppId app, string? from, string to, CancellationToken cancellation)
    {
        if (await FindAsync(app, to, cancellation) is not ({ } release, var files))
        {
            return default;
        }

        var (_, present) = await FindAsync(app, from, cancellation);
        var had = present.Select(file => file.Sha256).ToHashSet();
        return new TransferSize(release.Zip.Size, files.Where(file => !had.Contains(file.Sha256)).Sum(file => file.TransferSize));
    }

    private async Task<(Release? Release, IReadOnlyList<ListedFile> Files)> FindAsync(AppId app, string? version, CancellationToken cancellation)
    {
        var release = BundleVersion.TryParse(version, out var named) ? await catalog.FindReleaseAsync(app, named, cancellation) : null;
        return release?.FileList is { } digest && await lists.GetAsync(app, release, digest) is { } list ? (release, list.Files) : (release, []);
    }
}

/// <param name="Zip">Bytes of the release's plain zip.</param>
/// <param name="Files">Bytes of those of its files that the device lacks, as they travel.</param>
internal readonly record struct TransferSize(long Zip, long Files)
{
    public long Spared => Math.Max(0, Zip - Files);
}
