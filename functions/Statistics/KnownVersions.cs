using System.Collections.Concurrent;
using Serverless.Apps;

namespace Serverless.Statistics;

/// <summary>Which versions are an app's releases, as far as this instance has learnt: the others that devices name get no series of their own.</summary>
internal sealed class KnownVersions
{
    private const int MaxRemembered = 100_000;

    private readonly ConcurrentDictionary<(AppId App, string Version), bool> _known = new();

    public bool Contains(AppId app, string version) => version is SeriesKey.Builtin or SeriesKey.Other || _known.ContainsKey((app, version));

    /// <summary>Remembers a release.</summary>
    public void Learn(AppId app, string version)
    {
        if (_known.Count >= MaxRemembered)
        {
            _known.Clear();
        }

        _known[(app, version)] = true;
    }
}
