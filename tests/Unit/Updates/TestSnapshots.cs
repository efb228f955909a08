using System.Collections.Frozen;
using Serverless.Channels;
using Serverless.Releases;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Rollouts;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>An app as an instance knows it.</summary>
internal static class TestSnapshots
{
    public static AppSnapshot Of(IEnumerable<Channel> channels, params Release[] releases) => new()
    {
        App = Words.App("com.example.app"),
        Revision = 1,
        Channels = channels.ToFrozenDictionary(channel => channel.Name.Value, StringComparer.Ordinal),
        Cohorts = channels.Where(channel => channel.Rollout is not null)
            .ToFrozenDictionary(channel => channel.Name.Value, channel => new Cohorts(channel.Rollout!, TestRollouts.Pepper), StringComparer.Ordinal),
        Releases = releases.ToFrozenDictionary(release => release.Version.Value, StringComparer.Ordinal),
    };

    public static Channel Channel(string name, string? target, int id = 1) =>
        Serverless.Channels.Channel.New(Words.Channel(name), id).PointAt(target is null ? null : Words.Version(target));
}
