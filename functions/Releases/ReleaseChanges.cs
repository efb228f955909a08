using System.Collections.Immutable;

namespace Serverless.Releases;

/// <summary>
/// Which releases an app's latest changes touched, in the row that every change goes through: whoever has read a thousand of them reads only those again.
/// Few, because that row is read every second.
/// </summary>
/// <param name="Since">Changes up to this revision are not listed.</param>
/// <param name="Latest">Those after it, oldest first.</param>
internal sealed record ReleaseChanges(long Since, ImmutableArray<ReleaseChange> Latest)
{
    /// <summary>So many changed releases are listed at most.</summary>
    public const int MaxListed = 20;

    /// <summary>Says nothing about changes up to <paramref name="revision"/>.</summary>
    public static ReleaseChanges After(long revision) => new(revision, []);

    /// <summary>With one change more, in place of the oldest where there are too many.</summary>
    public ReleaseChanges Add(long revision, IEnumerable<BundleVersion> versions)
    {
        var all = Latest.AddRange(versions.Select(version => new ReleaseChange(revision, version)));

        // Changes are listed whole: half of one would say that the other half was left alone.
        var since = all.Length > MaxListed ? all[^(MaxListed + 1)].Revision : Since;
        return new ReleaseChanges(since, [.. all.Where(change => change.Revision > since)]);
    }

    /// <returns>Whether it is certain that no change after <paramref name="revision"/> touched the release.</returns>
    public bool LeftAlone(BundleVersion version, long revision) =>
        revision >= Since && !Latest.Any(change => change.Revision > revision && change.Version == version);

    /// <summary>An array of them is otherwise equal to itself alone.</summary>
    public bool Equals(ReleaseChanges? other) => other is not null && Since == other.Since && Latest.SequenceEqual(other.Latest);

    public override int GetHashCode() => HashCode.Combine(Since, Latest.Length);
}

/// <param name="Revision">Of the app, once it was made.</param>
/// <param name="Version">The release that was written.</param>
internal sealed record ReleaseChange(long Revision, BundleVersion Version);
