using Serverless.Access;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>Publishes, changes and closes notices for people. A notice is written first and announced next; until it is, the upkeep announces it.</summary>
internal sealed class NoticeBoard(ReleaseCatalog catalog, NoticeAnnouncements announcements, NoticeCache cache, TimeProvider time)
{
    /// <summary>Of an app, not counting closed ones. Notices of incidents are told nevertheless.</summary>
    public const int MaxOpen = 100;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>A page of the app's notices, newest first, closed ones included.</summary>
    public async Task<NoticeDescriptionList> ListAsync(AppId app, Page page, CancellationToken cancellation)
    {
        var (shown, next) = page.CutWhole(await catalog.ListNoticesAsync(app, cancellation), notice => Page.NewestFirst(notice.CreatedAt, notice.Id));
        return new NoticeDescriptionList([.. shown.Select(notice => NoticeDescription.Of(notice, Now))], next);
    }

    public Task<Notice?> FindAsync(AppId app, string id, CancellationToken cancellation) => catalog.FindNoticeAsync(app, id, cancellation);

    /// <returns>Null when the app has too many open notices.</returns>
    public async Task<Notice?> PublishAsync(Principal by, AppId app, NoticeDraft draft, CancellationToken cancellation)
    {
        var now = Now;
        var empty = new Notice { Id = NoticeId.New(now), Kind = draft.Kind, Texts = draft.Texts, CreatedAt = now, UpdatedAt = now, IsAnnounced = !announcements.AreOwed };
        var notice = draft.ApplyTo(empty, now);
        var isRoom = true;
        await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                var others = await catalog.ListNoticesAsync(app, token);

                // A commit whose answer was lost meets itself as a conflict.
                var isDone = others.Any(other => other.Id == notice.Id);
                isRoom = isDone || others.Count(other => other.StateAt(now) is not NoticeState.Closed) < MaxOpen;
                return isDone || !isRoom ? null : new CatalogChange { Notices = [notice], Ledger = [NoticeEntries.Published(notice, by.Id)] };
            },
            cancellation);
        if (!isRoom)
        {
            return null;
        }

        cache.Forget(app);
        await announcements.TryAnnounceAsync(app, notice, cancellation);
        return notice;
    }

    /// <summary>Replaces the words of a notice that is still as the caller knows it.</summary>
    /// <returns>The notice as it is now; null when it is not the one that the caller knows.</returns>
    public Task<Notice?> ChangeAsync(Principal by, AppId app, string id, NoticeDraft draft, Predicate<string> isKnown, CancellationToken cancellation)
    {
        var now = Now;
        return ChangeAsync(by, app, id, isKnown, before => draft.ApplyTo(before, now), NoticeEntries.Changed, cancellation);
    }

    /// <summary>Closes a notice that is still as the caller knows it. Closing it again changes nothing.</summary>
    /// <returns>The notice as it is now; null when it is not the one that the caller knows.</returns>
    public Task<Notice?> CloseAsync(Principal by, AppId app, string id, Predicate<string> isKnown, CancellationToken cancellation)
    {
        var now = Now;
        return ChangeAsync(
            by,
            app,
            id,
            isKnown,
            before => before.ClosedAt is null ? before with { ClosedAt = before.ClosedSince(now) ?? now, UpdatedAt = now } : before,
            NoticeEntries.Closed,
            cancellation);
    }

    private async Task<Notice?> ChangeAsync(
        Principal by, AppId app, string id, Predicate<string> isKnown, Func<Notice, Notice> change, Func<Notice, string, LedgerEntry> entry, CancellationToken cancellation)
    {
        Notice? changed = null;
        await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                var before = await catalog.FindNoticeAsync(app, id, token);

                // A commit whose answer was lost meets itself as a conflict.
                if (before is null || (changed is not null && before.Tag() == changed.Tag()))
                {
                    return null;
                }

                changed = isKnown(before.Tag()) ? change(before) : null;
                return changed is null || changed == before ? null : new CatalogChange { Notices = [changed], Ledger = [entry(changed, by.Id)] };
            },
            cancellation);
        cache.Forget(app);
        return changed;
    }
}
