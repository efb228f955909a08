using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;
using Serverless.Approvals;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Hosts.Standalone;
using Serverless.Releases;
using Serverless.Storage;
using Spectre.Console;

namespace Serverless.Commands;

/// <summary>Checks a bundle with intake's own inspector, uploads it, and follows it to the verdict.</summary>
internal sealed class BundlePush(
    BlobServiceClient blobs,
    DropZone dropZone,
    ReleaseCatalog catalog,
    BundleInspector inspector,
    ContentReview review,
    IOptions<BundleOptions> options,
    TimeProvider time,
    IAnsiConsole console)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(PushRequest request, CancellationToken cancellation)
    {
        if ((UploadName.Parse(request.BlobName, out var name) ?? UploadMetadata.Parse(request.Metadata, out _)) is { } misnamed)
        {
            return Refuse(misnamed);
        }

        using var zip = await OpenAsync(request.Source, cancellation);
        UploadMetadata.Parse(request.Metadata, out var metadata);
        var inspection = inspector.Inspect(zip.Handle, metadata.AllowMissingReady, cancellation);
        if (inspection is BundleInspection.Refused refused)
        {
            return Refuse(refused.Rejection);
        }

        var contents = ((BundleInspection.Sound)inspection).Contents;
        console.MarkupLineInterpolated($"[grey]Checked:[/] {contents.Files.Length} files, {zip.Digests.Size:N0} bytes, sha256 {zip.Digests.Sha256.Hex}");
        var (broken, found) = await review.JudgeAsync(name, contents.Facts, metadata, cancellation);
        if (broken is not null)
        {
            return Refuse(broken);
        }

        Warn(found);
        var upload = await TryUploadAsync(request, zip, cancellation);
        return await FollowAsync(name, zip.Digests.Sha256, upload, request.Timeout, cancellation);
    }

    private async Task<TempZip> OpenAsync(string source, CancellationToken cancellation)
    {
        if (Directory.Exists(source))
        {
            return await BundleFolder.ZipAsync(source, options.Value.TempFolder, cancellation);
        }

        if (!File.Exists(source))
        {
            throw new StartupException($"There is no folder or zip '{source}'.");
        }

        await using var file = File.OpenRead(source);
        return await TempZip.CopyAsync(options.Value.TempFolder, file, cancellation);
    }

    private async Task<ETag> TryUploadAsync(PushRequest request, TempZip zip, CancellationToken cancellation)
    {
        try
        {
            return await UploadAsync(request, zip, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            throw new StartupException($"The storage has no container '{Containers.Uploads}' yet: start the server once, which makes it.", e);
        }
    }

    private Task<ETag> UploadAsync(PushRequest request, TempZip zip, CancellationToken cancellation) => console.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn())
        .StartAsync(async progress =>
        {
            var bar = progress.AddTask("Uploading", maxValue: Math.Max(1, zip.Digests.Size));
            var uploaded = await blobs.GetBlobContainerClient(Containers.Uploads).GetBlobClient(request.BlobName).UploadAsync(
                zip.Rewind(),
                new BlobUploadOptions
                {
                    Metadata = request.Metadata,
                    HttpHeaders = new BlobHttpHeaders { ContentType = "application/zip" },
                    ProgressHandler = new Progress<long>(sent => bar.Value = sent),
                },
                cancellation);
            bar.Value = bar.MaxValue;
            return uploaded.Value.ETag;
        });

    private async Task<int> FollowAsync(UploadName name, Sha256Digest sha256, ETag upload, TimeSpan timeout, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        while (time.GetElapsedTime(startedAt) < timeout)
        {
            if (await dropZone.FindReasonAsync(name.ToString(), upload, cancellation) is { } reason)
            {
                return Refuse(new Rejection(reason.Code, reason.Sentence, reason.Entry));
            }

            if (await dropZone.FindAsync(name.ToString(), cancellation) is null
                && await catalog.FindReleaseAsync(name.App, name.Version, cancellation) is { } release && release.UploadSha256 == sha256)
            {
                return Accept(name, release);
            }

            if (await catalog.FindApprovalAsync(name.App, name.Channel, name.Version, cancellation) is { Declined: null, Granted: 0 } request && request.IsOf(upload))
            {
                return await WaitAsync(name, request, cancellation);
            }

            await Task.Delay(PollInterval, time, cancellation);
        }

        console.MarkupLineInterpolated($"[yellow]No verdict after {timeout.TotalSeconds:N0} s.[/] Is the server running? The upload waits in the drop zone.");
        return ExitCode.NoVerdict;
    }

    private void Warn(ReleaseContent content)
    {
        foreach (var warning in content.Warnings)
        {
            console.MarkupLineInterpolated($"[yellow]Warning[/] ({warning.Code}): {warning.Sentence}");
            ShowEntry(warning.Entry);
        }
    }

    private int Accept(UploadName name, Release release)
    {
        console.MarkupLineInterpolated($"[green]Published[/] {name.App} {release.Version} on {name.Channel}, release {release.Sequence}");
        console.MarkupLineInterpolated($"[grey]sha256[/]  {release.Zip.Sha256.Hex}{(release.Zip.Sha256 == release.UploadSha256 ? "" : " (repacked)")}");
        foreach (var form in release.SignedForms)
        {
            console.MarkupLineInterpolated($"[grey]signed[/]  by key {form.KeyId}");
        }

        if (release.Content is { Warnings: [_, ..] warnings })
        {
            console.MarkupLineInterpolated($"[grey]warned[/]  {string.Join(", ", warnings.Select(warning => warning.Code))}");
        }

        return ExitCode.Done;
    }

    private async Task<int> WaitAsync(UploadName name, ApprovalRequest request, CancellationToken cancellation)
    {
        var policy = (await catalog.FindChannelAsync(name.App, name.Channel, cancellation))?.Approvals;
        console.MarkupLineInterpolated($"[yellow]Accepted[/] {name.App} {name.Version}: it waits for {policy?.Required ?? 0} approvals on {name.Channel}, {request.Approvals.Length} given");
        console.MarkupLineInterpolated($"[grey]sha256[/]  {request.Sha256}");
        return ExitCode.Waiting;
    }

    private int Refuse(Rejection rejection)
    {
        console.MarkupLineInterpolated($"[red]Rejected[/] ({rejection.Code}): {rejection.Sentence}");
        ShowEntry(rejection.Entry);
        return ExitCode.Rejected;
    }

    private void ShowEntry(string? entry)
    {
        if (entry is not null)
        {
            console.MarkupLineInterpolated($"[grey]entry[/]   {entry}");
        }
    }
}
