using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Hosts.Standalone;
using Spectre.Console;

namespace Serverless.Commands;

/// <summary>Checks a bundle with intake's own inspector, uploads it, and follows it to the verdict.</summary>
internal sealed class BundlePush(IPushTarget target, BundleInspector inspector, IOptions<BundleOptions> options, TimeProvider time, IAnsiConsole console)
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(PushRequest request, CancellationToken cancellation)
    {
        var written = request.Metadata.ToDictionary(entry => entry.Key, entry => UploadMetadata.Encode(entry.Value));
        if ((UploadName.Parse(request.BlobName, out var name) ?? UploadMetadata.Parse(written, out _)) is { } misnamed)
        {
            return Refuse(misnamed);
        }

        using var zip = await OpenAsync(request.Source, cancellation);
        UploadMetadata.Parse(written, out var metadata);
        var inspection = inspector.Inspect(zip.Handle, metadata.AllowMissingReady, cancellation);
        if (inspection is BundleInspection.Refused refused)
        {
            return Refuse(refused.Rejection);
        }

        var contents = ((BundleInspection.Sound)inspection).Contents;
        console.MarkupLineInterpolated($"[grey]Checked:[/] {contents.Files.Length} files, {zip.Digests.Size:N0} bytes, sha256 {zip.Digests.Sha256.Hex}");
        var (broken, warnings) = await target.ReviewAsync(name, contents.Facts, metadata, cancellation);
        if (broken is not null)
        {
            return Refuse(broken);
        }

        Warn(warnings);
        var receipt = await UploadAsync(request, name, zip, cancellation);
        return await FollowAsync(name, receipt, request.Timeout, cancellation);
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

    private Task<UploadReceipt> UploadAsync(PushRequest request, UploadName name, TempZip zip, CancellationToken cancellation) => console.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn())
        .StartAsync(async progress =>
        {
            var bar = progress.AddTask("Uploading", maxValue: Math.Max(1, zip.Digests.Size));
            var receipt = await target.UploadAsync(request, name, zip, new Progress<long>(sent => bar.Value = sent), cancellation);
            bar.Value = bar.MaxValue;
            return receipt;
        });

    private async Task<int> FollowAsync(UploadName name, UploadReceipt receipt, TimeSpan timeout, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        while (time.GetElapsedTime(startedAt) < timeout)
        {
            switch (await target.FindVerdictAsync(name, receipt, cancellation))
            {
                case { State: UploadState.Rejected } rejected:
                    return Refuse(new Rejection(rejected.Code!, rejected.Sentence!, rejected.Entry));
                case { State: UploadState.Published } published:
                    return Accept(name, published);
                case { State: UploadState.AwaitingApproval } waiting:
                    return Wait(name, receipt, waiting);
            }

            await Task.Delay(target.PollInterval, time, cancellation);
        }

        console.MarkupLineInterpolated($"[yellow]No verdict after {timeout.TotalSeconds:N0} s.[/] Is the server running? The upload waits in the drop zone.");
        return ExitCode.NoVerdict;
    }

    private void Warn(ImmutableArray<ContentFinding> warnings)
    {
        foreach (var warning in warnings)
        {
            console.MarkupLineInterpolated($"[yellow]Warning[/] ({warning.Code}): {warning.Sentence}");
            ShowEntry(warning.Entry);
        }
    }

    private int Accept(UploadName name, UploadVerdict published)
    {
        console.MarkupLineInterpolated($"[green]Published[/] {name.App} {name.Version} on {name.Channel}, release {published.Release}");
        console.MarkupLineInterpolated($"[grey]sha256[/]  {published.Sha256}{(published.Repacked is true ? " (repacked)" : "")}");
        foreach (var key in published.Keys!)
        {
            console.MarkupLineInterpolated($"[grey]signed[/]  by key {key}");
        }

        if (published.Warnings is [_, ..] warnings)
        {
            console.MarkupLineInterpolated($"[grey]warned[/]  {string.Join(", ", warnings)}");
        }

        return ExitCode.Done;
    }

    private int Wait(UploadName name, UploadReceipt receipt, UploadVerdict waiting)
    {
        console.MarkupLineInterpolated($"[yellow]Accepted[/] {name.App} {name.Version}: it waits for {waiting.Required} approvals on {name.Channel}, {waiting.Approvals} given");
        console.MarkupLineInterpolated($"[grey]sha256[/]  {receipt.Sha256}");
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
