using System.Collections.Immutable;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Rollouts;

namespace Serverless.Releases;

/// <summary>What publishing or promoting a release changes, and what the ledger says about it. Pure.</summary>
internal static class ReleasePublication
{
    /// <param name="upload">The developer's act.</param>
    /// <param name="release">The release to offer.</param>
    /// <param name="channel">The channel as it is; null when this is its first upload.</param>
    /// <param name="app">The app as it is.</param>
    /// <param name="isNew">The release is published rather than promoted.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="now">When.</param>
    public static CatalogChange Change(UploadName upload, Release release, Channel? channel, AppState app, bool isNew, string actor, DateTimeOffset now)
    {
        var before = channel ?? Channel.New(upload.Channel, app.ChannelCount + 1);
        var ledger = ImmutableArray.CreateBuilder<LedgerEntry>();
        if (isNew)
        {
            ledger.Add(ReleaseEntries.Accepted(release, actor));
            if (ReleaseEntries.Warned(release, actor) is { } warned)
            {
                ledger.Add(warned);
            }

            ledger.AddRange(release.SignedForms.Select(form => ReleaseEntries.Signed(release, form, actor)));
            ledger.Add(ReleaseEntries.Published(release, actor));
        }
        else
        {
            ledger.Add(new LedgerEntry(LedgerKind.ReleasePromoted, actor, $"{release.Version}", $"to channel {upload.Channel}"));
        }

        if (channel is null)
        {
            ledger.Add(new LedgerEntry(LedgerKind.ChannelCreated, actor, $"{upload.Channel}", before.Public ? "public" : "chosen by name"));
        }

        var act = RolloutActs.Bring(before, release.Version, app.Revision, actor, now);
        ledger.AddRange(act.Ledger);
        return new CatalogChange
        {
            Releases = isNew ? [release] : [],
            Channels = [act.Channel],
            Ledger = ledger.ToImmutable(),
        };
    }

    /// <summary>The same change of a channel, and the release that it leads to stored and signed anew after it was collected.</summary>
    public static CatalogChange WithRestored(CatalogChange promotion, Release release, string actor) => promotion with
    {
        Releases = [release],
        Ledger =
        [
            ReleaseEntries.Restored(release, actor),
            .. release.SignedForms.Select(form => ReleaseEntries.Signed(release, form, actor)),
            .. promotion.Ledger,
        ],
    };
}
