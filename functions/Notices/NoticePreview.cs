using System.Collections.ObjectModel;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>Who would look at a notice that is not published yet.</summary>
/// <param name="Notice">As it is written so far.</param>
/// <param name="Platform">Of the viewer, as plugins name it; null when it does not tell.</param>
/// <param name="Version">What the viewer runs; null when it does not tell.</param>
/// <param name="Lang">The language that it wants to read, such as <c>de-AT</c>; English when left out.</param>
internal sealed record NoticePreviewOrder(NoticeDraft Notice, string? Platform = null, string? Version = null, string? Lang = null);

/// <summary>What a viewer would be shown.</summary>
/// <param name="IsShown">Whether the notice is for this viewer.</param>
/// <param name="NeedsRecord">The viewer would also be shown it if its device is known to have had the release that the notice is about.</param>
/// <param name="View">The notice in the viewer's language, without its id.</param>
internal sealed record NoticePreview(bool IsShown, bool NeedsRecord, NoticeView View)
{
    private static readonly ReadOnlyDictionary<BundleVersion, DeviceCells> NoExposures = ReadOnlyDictionary<BundleVersion, DeviceCells>.Empty;

    /// <param name="app">The app.</param>
    /// <param name="order">A draft in which nothing is wrong, and who looks at it.</param>
    /// <param name="now">The time.</param>
    public static NoticePreview Of(AppId app, NoticePreviewOrder order, DateTimeOffset now)
    {
        var draft = order.Notice;
        var notice = draft.ApplyTo(new Notice { Id = "", Kind = draft.Kind, Texts = draft.Texts, CreatedAt = now, UpdatedAt = now }, now);
        var viewer = new NoticeViewer(app, order.Platform, order.Version, Device: null);
        string[] languages = order.Lang is { } lang && LanguageTag.IsValid(lang) ? [lang] : [];
        var isShown = notice.Audience.Includes(viewer, NoExposures);
        var isMeant = (notice.Audience with { ExposedTo = null }).Includes(viewer, NoExposures);
        return new NoticePreview(isShown, !isShown && isMeant && notice.Audience.NeedsRecord(viewer), NoticeView.Of(notice, languages, now));
    }
}
