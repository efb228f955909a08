using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>
/// Answers as bytes. Devices of one kind that are offered one release in one form are sent the same bytes until the addresses in them are
/// renewed, so an offer with thousands of files is written and compressed once and not for each device.
/// </summary>
internal sealed class AnswerBodies(UpdateAnswers answers, DownloadLinks links) : IDisposable
{
    // In files offered: a file of a keyed release takes some 350 compressed bytes, the others a third of it.
    private const long Capacity = 200_000;

    // Names of running bundles: each of what an app has, and of what devices have from elsewhere.
    private const int MaxNames = 10_000;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly RecentEntries<(string Code, string Name), AnswerBody> _upToDate = new(MaxNames);
    private readonly SharedCache<OfferKind, AnswerBody> _offers = new(Capacity, Idle);

    public ValueTask<AnswerBody> WriteAsync(UpdateDecision decision, DeviceRequest device, CancellationToken cancellation) => decision switch
    {
        UpdateDecision.Offer offer => WriteAsync(offer, device, cancellation),
        UpdateDecision.UpToDate upToDate => WriteAsync(upToDate, device, cancellation),
        _ => WriteNewAsync(decision, device, cancellation),
    };

    public void Dispose() => _offers.Dispose();

    private async ValueTask<AnswerBody> WriteAsync(UpdateDecision.Offer offer, DeviceRequest device, CancellationToken cancellation)
    {
        var bundles = await links.ToBundlesAsync(cancellation);
        var files = offer.FileList is null ? null : await links.ToFilesAsync(cancellation);
        var kind = new OfferKind(
            device.App, offer.Release.Version, offer.Form?.KeyId, offer.FileList, device.Plugin.Dialect, bundles.Window, files?.Window);
        return await _offers.GetAsync(
            kind,
            offer.FileList is null ? 1 : offer.Release.FileCount,
            () => WriteNewAsync(offer, device, CancellationToken.None).AsTask());
    }

    // Nothing else of the device is in it.
    private async ValueTask<AnswerBody> WriteAsync(UpdateDecision.UpToDate upToDate, DeviceRequest device, CancellationToken cancellation)
    {
        var kind = (upToDate.Code, device.VersionName);
        if (!_upToDate.TryGet(kind, out var body))
        {
            body = await WriteNewAsync(upToDate, device, cancellation);
            _upToDate.Set(kind, body);
        }

        return body!;
    }

    private async ValueTask<AnswerBody> WriteNewAsync(UpdateDecision decision, DeviceRequest device, CancellationToken cancellation) =>
        AnswerBody.Of(await answers.WriteAsync(decision, device, cancellation));

    /// <summary>All that an offer's bytes depend on.</summary>
    private sealed record OfferKind(
        AppId App, BundleVersion Version, string? KeyId, Sha256Digest? FileList, PluginDialect Dialect, long BundlesWindow, long? FilesWindow);
}
