using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Statistics;

/// <summary>
/// Lets versions into what is counted in memory: releases always, and of what nothing is known yet so little that made-up ones neither fill the memory nor
/// push releases out. Whether those are releases is found out when they are stored.
/// </summary>
internal sealed class VersionRoom(AppId app, KnownVersions known)
{
    private const int MaxStrangers = 32;

    private int _strangers;

    /// <returns>The version, or <see cref="SeriesKey.Other"/> where there is no room for it.</returns>
    public string Admit(string version) => known.Contains(app, version) || (HasRoom && BundleVersion.TryParse(version, out _) && Interlocked.Increment(ref _strangers) <= MaxStrangers)
        ? version
        : SeriesKey.Other;

    private bool HasRoom => Volatile.Read(ref _strangers) < MaxStrangers;
}
