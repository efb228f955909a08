using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Bundles.Content;
using Serverless.Bundles.Zip;
using Serverless.Deliveries;
using Serverless.Ledger;
using Serverless.Observability;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.Bundles;

/// <summary>
/// Turns a dropped zip into a release, or into a quarantined zip with a reason. May be run any number of times for one upload: a crash at any
/// point leaves the state before or after, and the next run finishes. The upload leaves the drop zone last; while it waits for approvals it stays there.
/// </summary>
internal sealed partial class BundleIntake(
    DropZone dropZone,
    ReleaseCatalog catalog,
    BundleInspector inspector,
    ContentReview review,
    BundlePublisher publisher,
    ApprovalRequests approvals,
    Announcer announcer,
    IOptions<BundleOptions> options,
    Telemetry telemetry,
    ILogger<BundleIntake> logger)
{
    /// <param name="blobName">In the drop zone.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="Exception">Storage or the custodian failed; the upload is untouched and may be tried again.</exception>
    public async Task<IntakeResult> RunAsync(string blobName, CancellationToken cancellation)
    {
        try
        {
            return await TakeInAsync(blobName, cancellation);
        }
        catch (CustodianException e)
        {
            // Hosts log a fault with a message's id; people look for their upload, and for the setting.
            LogUnsigned(ZipNameRules.Shorten(blobName), e.Message);
            throw;
        }
    }

    private async Task<IntakeResult> TakeInAsync(string blobName, CancellationToken cancellation)
    {
        if (await dropZone.FindAsync(blobName, cancellation) is not { } upload)
        {
            return new IntakeResult.Superseded();
        }

        using var span = Traces.Continue("intake", upload.Metadata.TryGetValue(Traces.ContextKey, out var context) ? context : null, ActivityKind.Consumer);
        if (span is not null && UploadName.Parse(upload.Name, out var about) is null)
        {
            span.About(about.App.Value, about.Version.Value, about.Channel.Value);
        }

        IntakeResult? result;
        do
        {
            // Overtaken by another upload of the version or to the channel, this one is judged anew and gets its own sentence.
            result = await JudgeAsync(upload, cancellation);
        }
        while (result is null);

        if (result is IntakeResult.Rejected { Rejection: var rejection })
        {
            if (!await dropZone.QuarantineAsync(upload, rejection, cancellation))
            {
                return new IntakeResult.Superseded();
            }

            await RecordAsync(upload, rejection, cancellation);
            if (UploadName.Parse(upload.Name, out var refused) is null)
            {
                await approvals.CloseAsync(refused, upload.ETag, rejection, cancellation);
            }
        }

        // Before the upload leaves: a crash in between brings it back, already published, and it is announced under the same id.
        if (result is IntakeResult.Published or IntakeResult.Promoted or IntakeResult.AlreadyPublished)
        {
            UploadName.Parse(upload.Name, out var name);
            await approvals.TellAsync(name, cancellation);
        }

        if (result is IntakeResult.Published or IntakeResult.AlreadyPublished)
        {
            await AnnounceAsync(upload, (result as IntakeResult.Published)?.Release ?? ((IntakeResult.AlreadyPublished)result).Release, cancellation);
        }

        if (result is not (IntakeResult.Superseded or IntakeResult.Waiting))
        {
            await dropZone.RemoveAsync(upload, cancellation);
        }

        span?.SetTag("updates.result", result.GetType().Name);
        Report(upload.Name, result);
        return result;
    }

    /// <returns>Null when the catalog changed meanwhile.</returns>
    private async Task<IntakeResult?> JudgeAsync(Upload upload, CancellationToken cancellation)
    {
        if (UploadName.Parse(upload.Name, out var name) is { } misnamed)
        {
            return new IntakeResult.Rejected(misnamed);
        }

        if (UploadMetadata.Parse(upload.Metadata, out var metadata) is { } misdescribed)
        {
            return new IntakeResult.Rejected(misdescribed);
        }

        if (upload.Size > options.Value.MaxZipBytes)
        {
            return new IntakeResult.Rejected(BundleInspector.TooLarge(options.Value));
        }

        if (await approvals.FindWaitingAsync(name, upload.ETag, cancellation) is { } known)
        {
            return Wait(known);
        }

        await using var content = await dropZone.OpenAsync(upload, cancellation);
        if (content is null)
        {
            return new IntakeResult.Superseded();
        }

        using var zip = await TempZip.CopyAsync(options.Value.TempFolder, content, cancellation);
        var release = await catalog.FindReleaseAsync(name.App, name.Version, cancellation);
        var channel = await catalog.FindChannelAsync(name.App, name.Channel, cancellation);
        return Admission.Decide(name, zip.Digests.Sha256, release, channel, metadata.AllowDowngrade) switch
        {
            Admission.Refused refused => new IntakeResult.Rejected(refused.Rejection),
            Admission.Done done => new IntakeResult.AlreadyPublished(done.Release),
            Admission.Promote promote => await PromoteAsync(upload, name, promote.Release, metadata, cancellation),
            _ => await PublishAsync(upload, name, zip, metadata, cancellation),
        };
    }

    private async Task<IntakeResult?> PromoteAsync(Upload upload, UploadName name, Release release, UploadMetadata metadata, CancellationToken cancellation)
    {
        if (await review.JudgePromotionAsync(name, release, metadata, cancellation) is { } broken)
        {
            return new IntakeResult.Rejected(broken);
        }

        return await approvals.HoldAsync(upload, name, release.UploadSha256, metadata: null, cancellation) is { } request
            ? Wait(request)
            : await publisher.PromoteAsync(name, release, metadata, cancellation);
    }

    private async Task<IntakeResult?> PublishAsync(
        Upload upload, UploadName name, TempZip zip, UploadMetadata metadata, CancellationToken cancellation)
    {
        var inspection = inspector.Inspect(zip.Handle, metadata.AllowMissingReady, cancellation);
        if (inspection is BundleInspection.Refused refused)
        {
            return new IntakeResult.Rejected(refused.Rejection);
        }

        var contents = ((BundleInspection.Sound)inspection).Contents;
        var (broken, content) = await review.JudgeAsync(name, contents.Facts, metadata, cancellation);
        if (broken is not null)
        {
            return new IntakeResult.Rejected(broken);
        }

        // Before the first signature: what nobody agreed to is never signed.
        if (await approvals.HoldAsync(upload, name, zip.Digests.Sha256, metadata, cancellation) is { } request)
        {
            return Wait(request);
        }

        using var repacked = contents.NeedsRepack
            ? await BundleRepack.RunAsync(zip.Handle, contents, options.Value.TempFolder, cancellation)
            : null;
        var assets = new BundleAssets(zip.Handle, contents);
        var release = await publisher.PublishAsync(name, upload.DroppedAt, repacked ?? zip, assets, zip.Digests.Sha256, content, metadata, cancellation);
        return release is null ? null : new IntakeResult.Published(release);
    }

    private static IntakeResult Wait(ApprovalRequest request) => request.Declined is { } declined
        ? new IntakeResult.Rejected(new Rejection(RejectionCode.ApprovalDeclined, $"It was declined by {declined.By}: {declined.Reason}"))
        : new IntakeResult.Waiting(request);

    private Task AnnounceAsync(Upload upload, Release release, CancellationToken cancellation)
    {
        UploadName.Parse(upload.Name, out var name);
        var data = new JsonObject { ["version"] = release.Version.Value, ["channel"] = name.Channel.Value, ["sequence"] = release.Sequence };
        return announcer.AnnounceAsync(new Announcement(EventType.ReleasePublished, name.App, release.Version.Value, release.CreatedAt, data), cancellation);
    }

    private async Task RecordAsync(Upload upload, Rejection rejection, CancellationToken cancellation)
    {
        var once = Sha256Digest.Of(Encoding.UTF8.GetBytes($"rejected\n{upload.Name}\n{upload.ETag}"));
        var entry = new LedgerEntry(LedgerKind.BundleRejected, "intake", ZipNameRules.Shorten(upload.Name), $"{rejection.Code}: {rejection.Sentence}");
        var isApp = AppId.TryParse(upload.Name.Split('/')[0], out var app) && (await catalog.ReadAppAsync(app, cancellation)).Exists;
        await (isApp
            ? catalog.ChangeAsync(app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Ledger = [entry], Once = once }), cancellation)
            : catalog.RecordAsync(entry, once, cancellation));
    }

    private void Report(string blobName, IntakeResult result)
    {
        var shown = ZipNameRules.Shorten(blobName);
        telemetry.BundleJudged(result);
        switch (result)
        {
            case IntakeResult.Published published:
                LogPublished(shown, published.Release.Sequence, published.Release.Zip.Sha256.Hex);
                if (published.Release.Content is { Warnings: [_, ..] warnings })
                {
                    LogWarned(shown, string.Join(", ", warnings.Select(warning => warning.Code)));
                }

                break;
            case IntakeResult.Rejected { Rejection: var rejection }:
                LogRejected(shown, rejection.Code, rejection.Sentence);
                break;
            default:
                LogOther(shown, result.GetType().Name);
                break;
        }
    }

    [LoggerMessage(LogLevel.Information, "Published {Upload} as release {Sequence}, sha256 {Digest}.")]
    private partial void LogPublished(string upload, long sequence, string digest);

    [LoggerMessage(LogLevel.Warning, "{Upload} breaks rules on content: {Codes}.")]
    private partial void LogWarned(string upload, string codes);

    [LoggerMessage(LogLevel.Warning, "Rejected {Upload}: {Code}. {Sentence}")]
    private partial void LogRejected(string upload, string code, string sentence);

    [LoggerMessage(LogLevel.Error, "{Upload} is not published: {Why}")]
    private partial void LogUnsigned(string upload, string why);

    [LoggerMessage(LogLevel.Information, "{Upload}: {Outcome}.")]
    private partial void LogOther(string upload, string outcome);
}
