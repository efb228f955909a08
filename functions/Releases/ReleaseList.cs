using System.Collections.Immutable;
using Serverless.Channels;

namespace Serverless.Releases;

/// <summary>A page of an app's releases.</summary>
/// <param name="Releases">Newest first.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record ReleaseList(ImmutableArray<ListedRelease> Releases, string? Next);

/// <param name="Version">Of the release.</param>
/// <param name="Sequence">Its place among the app's releases, from 1.</param>
/// <param name="CreatedAt">When its bundle was dropped.</param>
/// <param name="Size">Of the zip, in bytes.</param>
/// <param name="Files">How many it holds.</param>
/// <param name="State">Whether it may be offered.</param>
/// <param name="Notes">Of its developer.</param>
/// <param name="Channels">Those that lead devices to it.</param>
internal sealed record ListedRelease(
    string Version,
    long Sequence,
    DateTimeOffset CreatedAt,
    long Size,
    int Files,
    ReleaseState State,
    string? Notes,
    ImmutableArray<LeadingChannel> Channels)
{
    public static ListedRelease Of(ReleaseSummary release, IReadOnlyCollection<Channel> channels) => new(
        release.Version.Value,
        release.Sequence,
        release.CreatedAt,
        release.Size,
        release.Files,
        release.State,
        release.Notes,
        LeadingChannel.To(release.Version, channels));
}
