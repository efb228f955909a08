using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>
/// Answers as bytes. Devices of one kind that are offered one release in one form are sent the same bytes until the addresses in them are
/// renewed, so an offer with thousands of files is written and compressed once and not for each device.
/// </summary>
internal sealed class AnswerBodies(UpdateAnswers answers, DownloadLinks links) : IDisposable
{
    // In files offered: a file of a keyed release takes some 350 compressed bytes, the others a third of it.
    private const long Capacity = 200_000;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly Storage.SharedCache<OfferKind, AnswerBody> _offers = new(Capacity, Idle);

    public async ValueTask<AnswerBody> WriteAsync(UpdateDecision decision, DeviceRequest device, CancellationToken cancellation)
    {
        if (decision is not UpdateDecision.Offer offer)
        {
            return AnswerBody.Of(await answers.WriteAsync(decision, device, cancellation));
        }

        var bundles = await links.ToBundlesAsync(cancellation);
        var files = offer.FileList is null ? null : await links.ToFilesAsync(cancellation);
        var kind = new OfferKind(
            device.App, offer.Release.Version, offer.Form?.KeyId, offer.FileList, device.Plugin.Dialect, bundles.Window, files?.Window);
        return await _offers.GetAsync(
            kind,
            offer.FileList is null ? 1 : offer.Release.FileCount,
            async () => AnswerBody.Of(await answers.WriteAsync(offer, device, CancellationToken.None)));
    }

    public void Dispose() => _offers.Dispose();

    /// <summary>All that an offer's bytes depend on.</summary>
    private sealed record OfferKind(
        AppId App, BundleVersion Version, string? KeyId, Sha256Digest? FileList, PluginDialect Dialect, long BundlesWindow, long? FilesWindow);
}
