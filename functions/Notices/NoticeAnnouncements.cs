using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Deliveries;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Notices;

/// <summary>
/// Tells webhooks and push of notices. That it was done is written into the notice afterwards: a crash in between announces it again, and
/// none is left out.
/// </summary>
internal sealed partial class NoticeAnnouncements(ReleaseCatalog catalog, Announcer announcer, TimeProvider time, ILogger<NoticeAnnouncements> logger)
{
    /// <summary>Whether anybody is to be told; otherwise a new notice counts as announced.</summary>
    public bool AreOwed => announcer.HasTargets;

    /// <summary>The notice is written already, so a storage fault is not its author's problem: the upkeep announces it.</summary>
    public async Task TryAnnounceAsync(AppId app, Notice notice, CancellationToken cancellation)
    {
        try
        {
            await AnnounceAsync(app, notice, cancellation);
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            LogPostponed(e, notice.Id, app);
        }
    }

    private async Task AnnounceAsync(AppId app, Notice notice, CancellationToken cancellation)
    {
        if (notice.IsAnnounced)
        {
            return;
        }

        if (notice.StateAt(time.GetUtcNow()) is not NoticeState.Closed)
        {
            await announcer.AnnounceAsync(Describe(app, notice), cancellation);
        }

        await catalog.ChangeAsync(
            app,
            async (_, token) => await catalog.FindNoticeAsync(app, notice.Id, token) is { IsAnnounced: false } current
                ? new CatalogChange { Notices = [current with { IsAnnounced = true }], Ledger = [] }
                : null,
            cancellation);
    }

    private Announcement Describe(AppId app, Notice notice)
    {
        var description = NoticeDescription.Of(notice, time.GetUtcNow());
        return new Announcement(
            EventType.NoticePublished, app, notice.Id, notice.CreatedAt, JsonSerializer.SerializeToNode(description, ManagementJson.Default.NoticeDescription)!.AsObject())
        {
            Notice = notice,
        };
    }

    [LoggerMessage(LogLevel.Warning, "The notice {Notice} of {App} could not be announced yet.")]
    private partial void LogPostponed(Exception fault, string notice, AppId app);
}
