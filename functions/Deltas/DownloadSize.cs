using Serverless.Devices;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Updates;

namespace Serverless.Deltas;

/// <summary>Tells how much a device has to transfer for the files it lacks.</summary>
internal sealed class DownloadSize(AppSnapshots snapshots, ReleaseCatalog catalog, FileLists lists)
{
    /// <param name="device">Who asks.</param>
    /// <param name="versionName">The version offered; empty for the one that the device is led to.</param>
    /// <param name="missing">What the device lacks. A file is known when the release has it under this name and hash.</param>
    /// <param name="cancellation">Gives up waiting for storage.</param>
    public async Task<DownloadSizeAnswer> RunAsync(
        DeviceRequest device, string? versionName, IReadOnlyList<MissingFile> missing, CancellationToken cancellation)
    {
        var sizes = await FindSizesAsync(device, versionName, cancellation);
        SizedFile[] files =
        [
            .. missing.Select(file => sizes.TryGetValue((file.FileName, file.FileHash), out var size)
                ? new SizedFile(file.FileName, file.FileHash, file.DownloadUrl) { Size = size }
                : new SizedFile(file.FileName, file.FileHash, file.DownloadUrl) { Error = SizedFile.Unknown }),
        ];
        var known = files.Count(file => file.Size is not null);
        return new DownloadSizeAnswer(files.Sum(file => file.Size ?? 0), known, files.Length - known, files);
    }

    private async Task<Dictionary<(string?, string?), long>> FindSizesAsync(DeviceRequest device, string? versionName, CancellationToken cancellation)
    {
        try
        {
            var release = await FindReleaseAsync(device, versionName, cancellation);
            var digest = device.KeyId is { } keyId ? release?.FormFor(keyId)?.FileList : release?.FileList;
            var list = digest is { } known ? await lists.GetAsync(device.App, release!, known) : null;
            return list?.Files.ToDictionary(file => ((string?)file.WireName, (string?)file.WireHash), file => file.TransferSize) ?? [];
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e))
        {
            // The app shows a size or none; an outage is no reason to fail it.
            return [];
        }
    }

    private async Task<Release?> FindReleaseAsync(DeviceRequest device, string? versionName, CancellationToken cancellation)
    {
        var app = await snapshots.GetAsync(device.App, device.Network);
        if (string.IsNullOrEmpty(versionName))
        {
            return new UpdateQuestion(app, device).Release;
        }

        return !BundleVersion.TryParse(versionName, out var version) || !app.Exists ? null
            : app.Release(version) ?? await StorageDeadline.BoundAsync(token => catalog.FindReleaseAsync(device.App, version, token), cancellation);
    }
}
