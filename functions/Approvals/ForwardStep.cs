using Serverless.Channels;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Approvals;

/// <summary>A change by which a channel leads more devices to a release than before, and not back to what it had offered.</summary>
/// <param name="Version">The release.</param>
/// <param name="Percent">Of the devices, led to it now.</param>
internal readonly record struct ForwardStep(BundleVersion Version, int Percent)
{
    private const int Everybody = 100;

    /// <returns>Null when the channel stands still, goes back, or leads fewer devices away from its stable release. Going back is for when something is wrong, and never waits.</returns>
    public static ForwardStep? Between(Channel before, Channel after)
    {
        if (after.Target is { } target && before.Target != target && !before.History.Contains(target))
        {
            return new ForwardStep(target, Everybody);
        }

        return after.Rollout is { } rollout && rollout.Share > ShareOf(before, rollout.Candidate) ? new ForwardStep(rollout.Candidate, rollout.Share / (Cohorts.Count / Everybody)) : null;
    }

    private static int ShareOf(Channel channel, BundleVersion version) => channel.Rollout is { } rollout && rollout.Candidate == version ? rollout.Share : 0;
}
