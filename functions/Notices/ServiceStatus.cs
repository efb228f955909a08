using System.Collections.Immutable;

namespace Serverless.Notices;

/// <summary>How an app fares, the worst first to be told.</summary>
internal enum ServiceState
{
    Operational,
    Maintenance,
    Incident,
}

/// <summary>How an app fares, in one language.</summary>
/// <param name="App">The app; it need not exist.</param>
/// <param name="Lang">What the reader wants, of the languages that come with the server.</param>
/// <param name="State">Now.</param>
/// <param name="EstimatedEnd">When the last of what goes on is thought to be over; null when that cannot be told.</param>
/// <param name="UpdatedAt">Of the newest notice.</param>
/// <param name="Open">What goes on and what is planned, newest first.</param>
/// <param name="Recent">What ended in the last two weeks, newest first.</param>
internal sealed record ServiceStatus(
    string App,
    string Lang,
    ServiceState State,
    DateTimeOffset? EstimatedEnd,
    DateTimeOffset? UpdatedAt,
    ImmutableArray<NoticeView> Open,
    ImmutableArray<NoticeView> Recent)
{
    private static readonly TimeSpan RecentFor = TimeSpan.FromDays(14);

    /// <param name="app">The app.</param>
    /// <param name="notices">Newest first.</param>
    /// <param name="languages">What the reader wants, the dearest first.</param>
    /// <param name="now">The time.</param>
    public static ServiceStatus Of(string app, IEnumerable<Notice> notices, IReadOnlyCollection<string> languages, DateTimeOffset now)
    {
        var views = notices
            .Where(notice => notice.ClosedSince(now) is not { } closed || closed >= now - RecentFor)
            .Select(notice => NoticeView.Of(notice, languages, now))
            .ToImmutableArray();
        var active = views.Where(view => view.State is NoticeState.Active && view.Kind is not NoticeKind.Resolution).ToArray();
        var ends = active.Select(view => view.EstimatedEnd ?? view.EndsAt).ToArray();
        return new ServiceStatus(
            app,
            LanguageTag.Choose(languages, StatusWords.Languages),
            active.Any(view => view.Kind is NoticeKind.Incident) ? ServiceState.Incident : active.Length > 0 ? ServiceState.Maintenance : ServiceState.Operational,
            ends.Contains(null) ? null : ends.Max(),
            views.IsEmpty ? null : views.Max(view => view.UpdatedAt),
            [.. views.Where(view => view.State is not NoticeState.Closed)],
            [.. views.Where(view => view.State is NoticeState.Closed)]);
    }
}
