using Serverless.Apps;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Outcomes;

/// <summary>What votes are counted for: a release, or the devices that a rollout holds back on its stable release.</summary>
/// <param name="App">The app.</param>
/// <param name="Version">The release that the devices run.</param>
/// <param name="Control">The <see cref="Rollout.Id"/> of the rollout whose control it is; null for the release itself.</param>
internal readonly record struct TallyKey(AppId App, BundleVersion Version, string? Control = null)
{
    public bool IsControl => Control is not null;
}
