using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>A notice as end users see it, in one language.</summary>
/// <param name="EstimatedEnd">Only while it lies ahead: an estimate that was missed tells nothing.</param>
/// <param name="Version">The release it is about.</param>
/// <param name="GoodVersions">Of a resolution: one of these is what <c>current()</c> should tell.</param>
internal sealed record NoticeView(
    string Id,
    NoticeKind Kind,
    NoticeState State,
    string Lang,
    string Title,
    string Body,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    DateTimeOffset? EstimatedEnd,
    BundleVersion? Version,
    ImmutableArray<string> GoodVersions,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ClosedAt)
{
    /// <param name="notice">The notice.</param>
    /// <param name="languages">What the reader wants, the dearest first.</param>
    /// <param name="now">The time.</param>
    public static NoticeView Of(Notice notice, IEnumerable<string> languages, DateTimeOffset now)
    {
        var language = LanguageTag.Choose(languages, notice.Texts.Keys);
        var (title, body) = notice.Texts[language];
        var state = notice.StateAt(now);
        return new NoticeView(
            notice.Id,
            notice.Kind,
            state,
            language,
            title,
            body,
            notice.StartsAt,
            notice.EndsAt,
            state is not NoticeState.Closed && notice.EstimatedEnd > now ? notice.EstimatedEnd : null,
            notice.Version,
            notice.GoodVersions,
            notice.CreatedAt,
            notice.UpdatedAt,
            notice.ClosedSince(now));
    }
}

/// <param name="Notices">Newest first.</param>
internal sealed record NoticeViewList(ImmutableArray<NoticeView> Notices);
