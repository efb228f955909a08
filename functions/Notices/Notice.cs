using System.Collections.Immutable;
using System.Text.Json;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>What a notice tells of.</summary>
internal enum NoticeKind
{
    /// <summary>Something is going to be changed, and may not work meanwhile.</summary>
    Maintenance,

    /// <summary>Something does not work.</summary>
    Incident,

    /// <summary>It works again, and how to see that it does.</summary>
    Resolution,
}

/// <summary>Where a notice is in its life: a pure function of the clock and of what was done.</summary>
internal enum NoticeState
{
    Scheduled,
    Active,
    Closed,
}

/// <summary>A message for end users.</summary>
internal sealed record Notice
{
    // Enough of a digest to tell any two states of a notice apart.
    private const int TagLength = 32;

    /// <summary>From <see cref="NoticeId"/>.</summary>
    public required string Id { get; init; }

    public required NoticeKind Kind { get; init; }

    /// <summary>By language tag; English is always there.</summary>
    public required ImmutableSortedDictionary<string, NoticeText> Texts { get; init; }

    public NoticeAudience Audience { get; init; } = NoticeAudience.Everyone;

    /// <summary>Of a maintenance: when it begins.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Closes the notice by itself.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>When the incident is thought to be over.</summary>
    public DateTimeOffset? EstimatedEnd { get; init; }

    /// <summary>The release it is about.</summary>
    public BundleVersion? Version { get; init; }

    /// <summary>Of a resolution: what devices run now, <c>builtin</c> for the bundle inside the app.</summary>
    public ImmutableArray<string> GoodVersions { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When somebody, or the end of an incident, closed it.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>People wrote it: the steps of an incident leave its words alone.</summary>
    public bool IsManual { get; init; }

    /// <summary>Its deliveries are queued. Until then they are owed, whatever crashed.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Since when it is closed; null while it is not.</summary>
    public DateTimeOffset? ClosedSince(DateTimeOffset now) => ClosedAt ?? (EndsAt <= now ? EndsAt : null);

    public NoticeState StateAt(DateTimeOffset now) => ClosedSince(now) is not null ? NoticeState.Closed
        : StartsAt > now ? NoticeState.Scheduled
        : NoticeState.Active;

    /// <summary>Identifies what the notice says at present. That it was announced says nothing.</summary>
    public string Tag() =>
        Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(this with { IsAnnounced = false }, PipelineJson.Default.Notice)).Hex[..TagLength];
}

/// <param name="Title">One line.</param>
/// <param name="Body">Plain text, with line feeds.</param>
internal sealed record NoticeText(string Title, string Body);
