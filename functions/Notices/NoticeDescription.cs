using System.Collections.Immutable;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>A notice as the people who manage it see it.</summary>
internal sealed record NoticeDescription(
    string Id,
    NoticeState State,
    NoticeKind Kind,
    ImmutableSortedDictionary<string, NoticeText> Texts,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    DateTimeOffset? EstimatedEnd,
    NoticeAudience Audience,
    BundleVersion? Version,
    ImmutableArray<string> GoodVersions,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ClosedAt)
{
    public static NoticeDescription Of(Notice notice, DateTimeOffset now) => new(
        notice.Id,
        notice.StateAt(now),
        notice.Kind,
        notice.Texts,
        notice.StartsAt,
        notice.EndsAt,
        notice.EstimatedEnd,
        notice.Audience,
        notice.Version,
        notice.GoodVersions,
        notice.CreatedAt,
        notice.UpdatedAt,
        notice.ClosedSince(now));
}

/// <summary>A page of an app's notices.</summary>
/// <param name="Notices">Newest first.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record NoticeDescriptionList(ImmutableArray<NoticeDescription> Notices, string? Next);
