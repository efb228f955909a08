using Serverless.Access;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Rollbacks;

namespace Serverless.Rollouts;

/// <summary>Shows rollouts to people and lets them decide. What is already so is neither written nor recorded.</summary>
internal sealed class RolloutAdministration(
    ReleaseCatalog catalog,
    ReleaseProof proof,
    VerificationIncidents incidents,
    RolloutHealth health,
    ApprovalGate gate,
    ApprovalRequests approvals,
    ChannelWriter channels,
    TimeProvider time)
{
    public async Task<RolloutDescription> DescribeAsync(AppId app, Channel channel, CancellationToken cancellation)
    {
        var (tally, obstacle) = channel.Rollout is { } rollout ? await health.JudgeAsync(app, channel, rollout, cancellation) : default;
        return RolloutDescription.Of(channel, tally, obstacle);
    }

    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="name">The channel.</param>
    /// <param name="ramp">A sound one, or null for none. A rollout that runs keeps the one it began with.</param>
    /// <param name="isKnown">Whether the caller knows the channel of this tag.</param>
    /// <param name="cancellation">Gives up; a change that was sent may still take effect.</param>
    /// <returns>The channel as it is now; null when it is not the one that the caller knows.</returns>
    public Task<Channel?> SetRampAsync(
        Principal by, AppId app, ChannelName name, Ramp? ramp, Predicate<string> isKnown, CancellationToken cancellation) => channels.ChangeAsync(
        app,
        name,
        isKnown,
        (channel, _, _) => Task.FromResult<ChannelAct?>(RolloutActs.SetRamp(channel, ramp, by.Id)),
        cancellation);

    /// <returns>What speaks against it, or the channel as it is now.</returns>
    public async Task<(Problem? Problem, Channel? Channel)> ActAsync(
        Principal by, AppId app, ChannelName name, RolloutOrder order, Predicate<string> isKnown, CancellationToken cancellation)
    {
        BundleVersion? candidate = null;
        if (order.Action is RolloutAction.Start)
        {
            if (!BundleVersion.TryParse(order.Version, out var version))
            {
                return (Problem.InvalidMember("version"), null);
            }

            if (await FindUnfitAsync(app, version, cancellation) is { } unfit)
            {
                return (unfit, null);
            }

            candidate = version;
        }

        Problem? problem = null;
        ForwardStep? lacking = null;
        var changed = await channels.ChangeAsync(
            app,
            name,
            isKnown,
            async (channel, state, token) =>
            {
                var version = candidate ?? channel.Rollout?.Candidate;
                var release = version is { } led ? await catalog.FindReleaseAsync(app, led, token) : null;
                (problem, var act) = Decide(by.Id, channel, release, order, state);
                var pass = act is null ? ApprovalPass.Free : await gate.FindPassAsync(app, channel, act.Channel, by.Id, token);
                lacking = pass is null ? ForwardStep.Between(channel, act!.Channel) : null;
                return act is null ? null : pass?.With(act);
            },
            cancellation);
        if (lacking is { } step)
        {
            return (await approvals.AskAsync(app, name, step, by.Id, cancellation), null);
        }

        return problem is not null ? (problem, null)
            : changed is null ? (Problem.ChangedMeanwhile, null)
            : (null, changed);
    }

    private (Problem? Problem, ChannelAct? Act) Decide(string actor, Channel channel, Release? candidate, RolloutOrder order, AppState app)
    {
        var now = time.GetUtcNow();
        var reason = string.IsNullOrWhiteSpace(order.Reason) ? "no reason given" : order.Reason.Trim();
        return (order.Action, channel.Rollout) switch
        {
            (RolloutAction.Start or RolloutAction.Resume or RolloutAction.Raise or RolloutAction.Finish, _) when candidate is { WithdrawnBecause: not null } => (Problem.ReleaseWithdrawn, null),
            (RolloutAction.Start, _) when candidate is { CollectedAt: not null } => (Problem.ReleaseCollected, null),
            (RolloutAction.Start, _) => Start(actor, channel, candidate!.Version, app, reason, now),
            (_, null) => (Problem.NoRollout, null),
            (RolloutAction.Pause, { } running) => (null, RolloutActs.Change(channel, running.Pause(), actor, reason)),
            (RolloutAction.Resume, { } running) => (null, RolloutActs.Change(channel, running.Resume(now), actor, reason)),
            (RolloutAction.Raise, { } running) => order.Percent is >= 1 and <= 100 and var percent && running.Raise(percent, now) is { } raised
                ? (null, RolloutActs.Change(channel, raised, actor, reason))
                : (Problem.InvalidMember("percent"), null),
            (RolloutAction.Abort, _) => (null, RolloutActs.Abort(channel, actor, reason)),
            _ => (null, RolloutActs.Finish(channel, actor, reason)),
        };
    }

    private static (Problem? Problem, ChannelAct? Act) Start(string actor, Channel channel, BundleVersion version, AppState app, string reason, DateTimeOffset now)
    {
        if (channel is { Rollout: null, Ramp: null })
        {
            return (Problem.NoRamp, null);
        }

        if (channel.Rollout?.Candidate == version)
        {
            return (null, null);
        }

        if (channel.Newest is { } led && version <= led)
        {
            return (Problem.VersionNotHigher, null);
        }

        return (null, channel.Rollout is { } running
            ? RolloutActs.Change(channel, running.Replace(version, now), actor, $"in the place of {running.Candidate}: {reason}")
            : RolloutActs.Start(channel, version, app.Revision, actor, reason, now));
    }

    /// <summary>Proves a release before a rollout leads devices to it, as a promotion does.</summary>
    private async Task<Problem?> FindUnfitAsync(AppId app, BundleVersion version, CancellationToken cancellation)
    {
        if (await catalog.FindReleaseAsync(app, version, cancellation) is not { } release)
        {
            return Problem.ReleaseNotFound;
        }

        if (release.CollectedAt is not null)
        {
            return Problem.ReleaseCollected;
        }

        var defect = await proof.FindDefectAsync(app, version, release, cancellation);
        if (defect is null)
        {
            return null;
        }

        await incidents.OpenAsync(app, version, defect, cancellation);
        return Problem.ReleaseUnverified(defect);
    }
}
