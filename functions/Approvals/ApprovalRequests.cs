using Azure;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Approvals;

/// <summary>
/// Asks for the approvals that a release lacks. An upload waits for them where it is, in the drop zone, so that intake takes it in, signs and publishes it
/// only then, and whoever replaces it has asked for something else.
/// </summary>
internal sealed class ApprovalRequests(ReleaseCatalog catalog, UploadOrigin origin, ApprovalAnnouncements announcements, TimeProvider time)
{
    private const string Intake = "intake";
    private const int Everybody = 100;

    /// <returns>The request of this very upload when nothing is to be done for it yet, or it was declined; otherwise null. Costs two reads, and none of the bundle.</returns>
    public async Task<ApprovalRequest?> FindWaitingAsync(UploadName name, ETag upload, CancellationToken cancellation) =>
        await catalog.FindApprovalAsync(name.App, name.Channel, name.Version, cancellation) is { } request && request.IsOf(upload)
        && (request.Declined is not null || (await catalog.FindChannelAsync(name.App, name.Channel, cancellation) is { } channel && Lacks(channel, name.Version, request)))
            ? request
            : null;

    /// <summary>Whether this very upload waits no more, or never did.</summary>
    public async Task<bool> IsDecidedAsync(UploadName name, ETag upload, CancellationToken cancellation) =>
        await catalog.FindApprovalAsync(name.App, name.Channel, name.Version, cancellation) is { } request && request.IsOf(upload)
        && await FindWaitingAsync(name, upload, cancellation) is null or { Declined: not null };

    /// <summary>Lets an upload wait when its channel needs approvals that it does not have.</summary>
    /// <param name="upload">In the drop zone.</param>
    /// <param name="name">Its name.</param>
    /// <param name="sha256">Of what approvers are to look at.</param>
    /// <param name="metadata">What the developer said about it; null for a release that exists.</param>
    /// <param name="cancellation">Gives up; what was sent may still be committed.</param>
    /// <returns>The request that the upload waits for, or null when it need not wait.</returns>
    public async Task<ApprovalRequest?> HoldAsync(Upload upload, UploadName name, Sha256Digest sha256, UploadMetadata? metadata, CancellationToken cancellation)
    {
        ApprovalRequest? waiting = null;
        await catalog.ChangeAsync(
            name.App,
            async (state, token) =>
            {
                waiting = null;
                if (!state.Exists || await catalog.FindChannelAsync(name.App, name.Channel, token) is not { Approvals: { } policy } channel)
                {
                    return null;
                }

                var before = await catalog.FindApprovalAsync(name.App, name.Channel, name.Version, token);
                if (!Lacks(channel, name.Version, before?.IsAbout(sha256, metadata) is true ? before : null))
                {
                    return null;
                }

                if (before is { Declined: not null } && before.IsOf(upload.ETag))
                {
                    waiting = before;
                    return null;
                }

                var act = ApprovalActs.Ask(
                    before,
                    new ApprovalRequest
                    {
                        Channel = name.Channel,
                        Version = name.Version,
                        Sha256 = sha256,
                        Metadata = metadata,
                        Upload = ApprovalRequest.TagOf(upload.ETag),
                        By = origin.Find(upload.Metadata, name, sha256),
                        AskedAt = upload.DroppedAt,
                        Percent = Everybody,
                        Policy = policy.Number,
                    },
                    Intake);
                waiting = act?.Request ?? before;
                return act is null ? null : new CatalogChange { Approvals = [act.Request], Ledger = act.Ledger };
            },
            cancellation);
        if (waiting is not null)
        {
            await announcements.TellAsync(name.App, waiting, cancellation);
        }

        return waiting;
    }

    /// <summary>Asks for the approvals that an act on a release lacks.</summary>
    /// <returns>What whoever wanted it is told: to do it again when they are there.</returns>
    public async Task<Problem> AskAsync(AppId app, ChannelName name, ForwardStep step, string by, CancellationToken cancellation)
    {
        ApprovalRequest? asked = null;
        await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                if (await catalog.FindChannelAsync(app, name, token) is not { Approvals: { } policy }
                    || await catalog.FindReleaseAsync(app, step.Version, token) is not { CollectedAt: null } release)
                {
                    return null;
                }

                var before = await catalog.FindApprovalAsync(app, name, step.Version, token);
                var isKnown = before is { Declined: null } && before.Sha256 == release.UploadSha256;
                var act = ApprovalActs.Ask(
                    before,
                    new ApprovalRequest
                    {
                        Channel = name,
                        Version = step.Version,
                        Sha256 = release.UploadSha256,
                        Metadata = isKnown ? before!.Metadata : null,
                        Upload = isKnown ? before!.Upload : null,
                        By = isKnown ? before!.By : by,
                        AskedAt = time.GetUtcNow(),
                        Percent = step.Percent,
                        Policy = policy.Number,
                    },
                    by);
                asked = act?.Request ?? before;
                return act is null ? null : new CatalogChange { Approvals = [act.Request], Ledger = act.Ledger };
            },
            cancellation);
        if (asked is not null)
        {
            await announcements.TellAsync(app, asked, cancellation);
        }

        return Problem.ApprovalRequired(step.Version.Value, step.Percent);
    }

    /// <summary>Ends the request of an upload that intake refused for another reason.</summary>
    public Task CloseAsync(UploadName name, ETag upload, Rejection rejection, CancellationToken cancellation) => catalog.ChangeAsync(
        name.App,
        async (_, token) => await catalog.FindApprovalAsync(name.App, name.Channel, name.Version, token) is { } request && request.IsOf(upload)
            && ApprovalActs.Decline(request, Intake, $"{rejection.Code}: {rejection.Sentence}", time.GetUtcNow()) is { } act
                ? new CatalogChange { Approvals = [act.Request], Ledger = act.Ledger }
                : null,
        cancellation);

    /// <summary>Tells of the approvals, or their lack, under which an upload went out. Told before, it is told under the same ids.</summary>
    public async Task TellAsync(UploadName name, CancellationToken cancellation)
    {
        if (await catalog.FindApprovalAsync(name.App, name.Channel, name.Version, cancellation) is { } request)
        {
            await announcements.TellAsync(name.App, request, cancellation);
        }
    }

    private bool Lacks(Channel channel, BundleVersion version, ApprovalRequest? request) => channel.Approvals is { } policy
        && ForwardStep.Between(channel, RolloutActs.Bring(channel, version, revision: 0, Intake, time.GetUtcNow()).Channel) is { } step
        && (request?.GrantedUnder(policy) ?? 0) < step.Percent;
}
