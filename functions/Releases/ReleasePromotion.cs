using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Releases.Documents;
using Serverless.Rollbacks;
using Serverless.Updates;

namespace Serverless.Releases;

/// <summary>Brings a release to a channel because somebody says so, under the same rules as an upload that names the channel.</summary>
internal sealed class ReleasePromotion(
    ReleaseCatalog catalog,
    ReleaseProof proof,
    ContentReview review,
    VerificationIncidents incidents,
    ApprovalGate gate,
    ApprovalRequests approvals,
    AppSnapshots snapshots,
    TimeProvider time)
{
    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="version">The release.</param>
    /// <param name="order">Where to, and whether it is tried only.</param>
    /// <param name="isKnown">Whether a tag is the one the caller has read.</param>
    /// <param name="cancellation">Gives up; what was committed stays.</param>
    /// <returns>What speaks against it, or what it did.</returns>
    public async Task<(Problem? Problem, ReleaseActDescription? Act)> RunAsync(
        Principal by, AppId app, BundleVersion version, ReleaseOrder order, Predicate<string> isKnown, CancellationToken cancellation)
    {
        if (!ChannelName.TryParse(order.Channel, out var name))
        {
            return (Problem.InvalidMember("channel"), null);
        }

        if (order.AllowContent is { } rules && !rules.All(ContentRule.Waivable.Contains))
        {
            return (Problem.InvalidMember("allowContent"), null);
        }

        if (await FindUnfitAsync(app, version, order.DryRun, cancellation) is { } unfit)
        {
            return (unfit, null);
        }

        Problem? problem = null;
        ForwardStep? lacking = null;
        (Channel Before, Channel After)? done = null;
        await catalog.ChangeAsync(
            app,
            async (state, token) =>
            {
                (problem, lacking, var change, done) = await DecideAsync(by, app, new UploadName(app, name, version), state, order, isKnown, token);
                return order.DryRun ? null : change;
            },
            cancellation);
        if (problem is not null)
        {
            return (problem, null);
        }

        if (lacking is { } step && !order.DryRun)
        {
            return (await approvals.AskAsync(app, name, step, by.Id, cancellation), null);
        }

        snapshots.Invalidate(app);
        return (null, Describe(version, order.DryRun, done!.Value.Before, done.Value.After, lacking));
    }

    private async Task<(Problem? Problem, ForwardStep? Lacking, CatalogChange? Change, (Channel Before, Channel After)? Done)> DecideAsync(
        Principal by, AppId app, UploadName name, AppState state, ReleaseOrder order, Predicate<string> isKnown, CancellationToken cancellation)
    {
        var channels = await catalog.ListChannelsAsync(app, cancellation);
        if (await catalog.FindReleaseAsync(app, name.Version, cancellation) is not { } release)
        {
            return (Problem.ReleaseNotFound, null, null, null);
        }

        // A misspelt name must not make a channel; an upload does.
        if (channels.FirstOrDefault(channel => channel.Name == name.Channel) is not { } before)
        {
            return (Problem.ChannelNotFound, null, null, null);
        }

        switch (Admission.Decide(name, release.UploadSha256, release, before, order.AllowDowngrade))
        {
            case Admission.Done:
                return (null, null, null, (before, before));
            case Admission.Refused { Rejection.Code: RejectionCode.VersionWithdrawn }:
                return (Problem.ReleaseWithdrawn, null, null, null);
            case Admission.Refused:
                return (Problem.VersionNotHigher, null, null, null);
            case Admission.Restore:
                return (Problem.ReleaseCollected, null, null, null);
        }

        if (!isKnown(ReleaseAdministration.Tag(release, channels)))
        {
            return (Problem.ChangedMeanwhile, null, null, null);
        }

        var meant = new UploadMetadata(release.Notes, AllowMissingReady: false, order.AllowDowngrade, string.Join(',', order.AllowContent ?? []));
        if (await review.JudgePromotionAsync(name, release, meant, cancellation) is { } broken)
        {
            return (Problem.Rejected(broken) with { Status = StatusCodes.Status409Conflict }, null, null, null);
        }

        var change = ReleasePublication.Change(name, release, before, state, isNew: false, by.Id, time.GetUtcNow());
        var after = change.Channels[0];
        return await gate.FindPassAsync(app, before, after, by.Id, cancellation) is { } pass
            ? (null, null, pass.With(change), (before, after))
            : (null, ForwardStep.Between(before, after), null, (before, after));
    }

    /// <summary>Proves a release before a channel leads devices to it, as intake does.</summary>
    private async Task<Problem?> FindUnfitAsync(AppId app, BundleVersion version, bool isDryRun, CancellationToken cancellation)
    {
        if (await catalog.FindReleaseAsync(app, version, cancellation) is not { } release)
        {
            return Problem.ReleaseNotFound;
        }

        // Nothing is wrong with it: its row and its documents may be gone with the rest, as they should.
        if (release.CollectedAt is not null)
        {
            return release.WithdrawnBecause is null ? Problem.ReleaseCollected : Problem.ReleaseWithdrawn;
        }

        if (await proof.FindDefectAsync(app, version, release, cancellation) is not { } defect)
        {
            return null;
        }

        if (!isDryRun)
        {
            await incidents.OpenAsync(app, version, defect, cancellation);
        }

        return Problem.ReleaseUnverified(defect);
    }

    private static ReleaseActDescription Describe(BundleVersion version, bool isDryRun, Channel before, Channel after, ForwardStep? lacking)
    {
        var channel = before.Name.Value;
        var stable = before.Target?.Value ?? BundleVersion.Builtin;
        DescribedChange[] changes =
        [
            .. before.Target != after.Target ? [new DescribedChange(channel, MoveKind.Pointer, stable, version.Value)] : Array.Empty<DescribedChange>(),
            .. after.Rollout is { } rollout && before.Rollout?.Candidate != rollout.Candidate
                ? [new DescribedChange(channel, MoveKind.Rollout, before.Rollout?.Candidate.Value ?? stable, version.Value)]
                : Array.Empty<DescribedChange>(),
        ];
        string[] notes =
        [
            changes.Length == 0 ? $"{channel} leads to {version} already." : $"{version}: row, documents and zip are what was published.",
            .. lacking is { } step ? [$"Leading {step.Percent}% of the devices to it needs approvals first."] : Array.Empty<string>(),
        ];
        return new ReleaseActDescription(version.Value, isDryRun, [.. changes], [], [.. notes]);
    }
}
