using System.Collections.Concurrent;
using Serverless.Device.Answers;

namespace Serverless.Device.Bundles;

/// <summary>
/// Lets the devices of a fleet share bundles that one of them has really downloaded and verified. Give it only to devices of one
/// platform, generation and key, with <see cref="MemoryBundleStorage"/>: what they share nobody may delete.
/// </summary>
public sealed class BundleCache
{
    private readonly ConcurrentDictionary<(string, Uri, string, string, bool), Lazy<Task<InstalledBundle>>> _bundles = new();

    /// <summary>The bundle of an offer, fetched by the first who asks; a failure is not kept.</summary>
    internal async Task<InstalledBundle> GetAsync(Offer offer, Func<Task<InstalledBundle>> fetch)
    {
        var key = (offer.Version, offer.Url, offer.Checksum, offer.SessionKey, offer.IsDelta);
        var shared = _bundles.GetOrAdd(key, _ => new Lazy<Task<InstalledBundle>>(fetch));
        try
        {
            return await shared.Value;
        }
        catch
        {
            _bundles.TryRemove(KeyValuePair.Create(key, shared));
            throw;
        }
    }
}
