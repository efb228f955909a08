using Microsoft.Extensions.Logging;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Approvals;

/// <summary>Shows to people what waits for approvals, and does what they decide about it. What is already so is neither written nor recorded.</summary>
internal sealed partial class ApprovalAdministration(
    ReleaseCatalog catalog,
    ChannelWriter channels,
    DecidedUploads decided,
    ApprovalAnnouncements announcements,
    Telemetry telemetry,
    TimeProvider time,
    ILogger<ApprovalAdministration> logger)
{
    /// <summary>A page of the app's requests: those that wait first, then the newest.</summary>
    public async Task<ApprovalList> ListAsync(AppId app, Page page, CancellationToken cancellation)
    {
        var known = (await catalog.ListChannelsAsync(app, cancellation)).ToDictionary(channel => channel.Name);
        var requests = (await catalog.ListApprovalsAsync(app, cancellation)).Select(request => ApprovalDescription.Of(request, known[request.Channel], time.GetUtcNow()));
        var (shown, next) = page.CutWhole(requests, request => (request.State is ApprovalState.Waiting ? "0/" : "1/") + Page.NewestFirst(request.AskedAt, $"{request.Channel}/{request.Version}"));
        return new ApprovalList(shown, next);
    }

    /// <returns>Null when nothing was asked for.</returns>
    public async Task<ApprovalDescription?> FindAsync(AppId app, Channel channel, BundleVersion version, CancellationToken cancellation) =>
        await catalog.FindApprovalAsync(app, channel.Name, version, cancellation) is { } request ? ApprovalDescription.Of(request, channel, time.GetUtcNow()) : null;

    /// <summary>Sets who has to agree. Approvals that were given before count no more, and what waits only for the old policy goes on.</summary>
    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="name">The channel.</param>
    /// <param name="settings">Sound ones.</param>
    /// <param name="isKnown">Whether the caller knows the channel of this tag.</param>
    /// <param name="cancellation">Gives up; a change that was sent may still take effect.</param>
    /// <returns>The channel as it is now; null when it is not the one that the caller knows.</returns>
    public async Task<Channel?> SetPolicyAsync(
        Principal by, AppId app, ChannelName name, ApprovalSettings settings, Predicate<string> isKnown, CancellationToken cancellation)
    {
        var changed = await channels.ChangeAsync(
            app,
            name,
            isKnown,
            (channel, state, _) =>
            {
                var policy = settings.ToPolicy(channel.Approvals?.Number ?? state.Revision);
                return Task.FromResult($"{policy}" == $"{channel.Approvals}" ? null : ApprovalActs.SetPolicy(channel, settings.ToPolicy(state.Revision), by.Id));
            },
            cancellation);
        if (changed is not null)
        {
            foreach (var request in (await catalog.ListApprovalsAsync(app, cancellation)).Where(request => request.Channel == name && request.Upload is not null))
            {
                await decided.SendAsync(new UploadName(app, name, request.Version), cancellation);
            }
        }

        return changed;
    }

    /// <summary>May be called again after a failure: what was committed is told, and gone on with, once more.</summary>
    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="name">The channel.</param>
    /// <param name="version">The release.</param>
    /// <param name="order">What is to be done.</param>
    /// <param name="cancellation">Gives up; what was committed stays.</param>
    /// <returns>What speaks against it, or the request after it.</returns>
    public async Task<(Problem? Problem, ApprovalDescription? Request)> ActAsync(
        Principal by, AppId app, ChannelName name, BundleVersion version, ApprovalOrder order, CancellationToken cancellation)
    {
        if (ApprovalOrders.FindFault(order) is { } fault)
        {
            return (fault, null);
        }

        Problem? problem = null;
        Channel? channel = null;
        ApprovalRequest? request = null;
        var isCommitted = await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                channel = await catalog.FindChannelAsync(app, name, token);
                request = await catalog.FindApprovalAsync(app, name, version, token);
                (problem, var act) = ApprovalOrders.Decide(by, app, channel, request, order, time.GetUtcNow());
                request = act?.Request ?? request;
                return act is null ? null : new CatalogChange { Approvals = [act.Request], Ledger = act.Ledger };
            },
            cancellation);
        if (problem is not null)
        {
            return (problem, null);
        }

        if (isCommitted && order.Action is ApprovalAction.BreakGlass)
        {
            telemetry.GlassBroken();
            LogGlassBroken(by.Id, app, version, name, order.Reason!);
        }

        if (request is { Upload: not null } and ({ Granted: > 0 } or { Declined: not null }))
        {
            await decided.SendAsync(new UploadName(app, name, version), cancellation);
        }

        await announcements.TellAsync(app, request!, cancellation);
        return (null, ApprovalDescription.Of(request!, channel!, time.GetUtcNow()));
    }

    [LoggerMessage(LogLevel.Critical, "{Principal} broke the glass: {App} {Version} goes to {Channel} without the approvals it needs. {Reason}")]
    private partial void LogGlassBroken(string principal, AppId app, BundleVersion version, ChannelName channel, string reason);
}
