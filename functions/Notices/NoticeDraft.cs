using System.Collections.Immutable;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>A notice as people write it.</summary>
/// <param name="Kind">What it tells of.</param>
/// <param name="Texts">By language tag; English must be there.</param>
/// <param name="StartsAt">Of a maintenance, which must have a window.</param>
/// <param name="EndsAt">Closes any notice by itself.</param>
/// <param name="EstimatedEnd">When an incident is thought to be over.</param>
/// <param name="Audience">Everyone when left out.</param>
/// <param name="Version">The release it is about.</param>
internal sealed record NoticeDraft(
    NoticeKind Kind,
    ImmutableSortedDictionary<string, NoticeText> Texts,
    DateTimeOffset? StartsAt = null,
    DateTimeOffset? EndsAt = null,
    DateTimeOffset? EstimatedEnd = null,
    NoticeAudience? Audience = null,
    BundleVersion? Version = null)
{
    private const int MaxLanguages = 20;
    private const int MaxTitle = 120;
    private const int MaxBody = 2000;
    private const int MaxVersion = 128;

    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(30);

    /// <returns>The first member that is wrong, or null when none is.</returns>
    public Problem? FindProblem() =>
        FindTextProblem()
        ?? FindWindowProblem()
        ?? FindAudienceProblem(Audience ?? NoticeAudience.Everyone);

    /// <summary>The notice with these words; its id, its history and what a machine wrote into it stay.</summary>
    public Notice ApplyTo(Notice notice, DateTimeOffset now) => notice with
    {
        Kind = Kind,
        Texts = Texts,
        StartsAt = StartsAt?.ToUniversalTime(),
        EndsAt = EndsAt?.ToUniversalTime(),
        EstimatedEnd = EstimatedEnd?.ToUniversalTime(),
        Audience = Audience ?? NoticeAudience.Everyone,
        Version = Version,
        UpdatedAt = now,
        IsManual = true,
    };

    private Problem? FindTextProblem()
    {
        if (!Texts.ContainsKey(LanguageTag.Default)
            || Texts.Count > MaxLanguages
            || !Texts.Keys.All(LanguageTag.IsValid)
            || Texts.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() < Texts.Count)
        {
            return Problem.InvalidMember("texts");
        }

        foreach (var (language, text) in Texts)
        {
            if (!IsText(text?.Title, MaxTitle, allowLines: false))
            {
                return Problem.InvalidMember($"texts.{language}.title");
            }

            if (!IsText(text?.Body, MaxBody, allowLines: true))
            {
                return Problem.InvalidMember($"texts.{language}.body");
            }
        }

        return null;
    }

    private Problem? FindWindowProblem() => (Kind, StartsAt, EndsAt) switch
    {
        (NoticeKind.Maintenance, null, _) => Problem.InvalidMember("startsAt"),
        (NoticeKind.Maintenance, { } start, { } end) when start < end && end - start <= MaxWindow => null,
        (NoticeKind.Maintenance, _, _) => Problem.InvalidMember("endsAt"),
        (_, { }, _) => Problem.InvalidMember("startsAt"),
        _ => null,
    };

    private static Problem? FindAudienceProblem(NoticeAudience audience) =>
        !audience.Platforms.All(platform => NoticeAudience.KnownPlatforms.Contains(platform)) ? Problem.InvalidMember("audience.platforms")
        : audience.Versions.Length > NoticeAudience.MaxVersions || !audience.Versions.All(version => version is { Length: > 0 and <= MaxVersion })
            ? Problem.InvalidMember("audience.versions")
        : null;

    // No control characters and none that XML cannot carry.
    private static bool IsText(string? text, int max, bool allowLines) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max
        && text.All(c => (allowLines && c == '\n') || (!char.IsControl(c) && c is not ('\uFFFE' or '\uFFFF')));
}
