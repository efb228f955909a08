using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Notices;

/// <summary>Announces what a crash left unannounced, and forgets notices that have long been closed. Costs one small query an app.</summary>
internal sealed class NoticeUpkeep(ReleaseCatalog catalog, NoticeAnnouncements announcements, TimeProvider time)
{
    // Of a transaction's hundred rows, and most that are removed in one run.
    private const int MaxForgottenAtOnce = 50;

    // Whoever published a notice is announcing it; what they left is announced here.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var (app, _) in catalog.ListAppsAsync(cancellation))
        {
            var notices = await catalog.ListNoticesAsync(app, cancellation);
            foreach (var notice in notices.Where(notice => notice.CreatedAt < time.GetUtcNow() - Grace))
            {
                await announcements.TryAnnounceAsync(app, notice, cancellation);
            }

            if (notices.Any(IsOld))
            {
                await ForgetAsync(app, cancellation);
            }
        }
    }

    private Task<bool> ForgetAsync(AppId app, CancellationToken cancellation) => catalog.ChangeAsync(
        app,
        async (_, token) =>
        {
            var old = (await catalog.ListNoticesAsync(app, token)).Where(IsOld).Take(MaxForgottenAtOnce).Select(notice => notice.Id).ToArray();
            return old.Length == 0 ? null : new CatalogChange { ForgottenNotices = [.. old], Ledger = [] };
        },
        cancellation);

    private bool IsOld(Notice notice)
    {
        var now = time.GetUtcNow();
        return notice.ClosedSince(now) <= now - Retention;
    }
}
