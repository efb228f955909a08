using System.Collections.Immutable;
using Serverless.Statistics;

namespace Serverless.Keys;

/// <summary>An app's devices of the last days, by the key they carry.</summary>
/// <param name="Devices">By a word of <see cref="CarriedKey"/> or a <see cref="KeyName"/>.</param>
internal sealed record KeyUsage(ImmutableDictionary<string, DistinctCount> Devices)
{
    public long All => Devices.Values.Aggregate(DistinctCount.Zero, (sum, count) => sum.Merge(count)).Estimate();

    /// <summary>Devices that carry the key, and those that name theirs too shortly to tell.</summary>
    public long MayCarry(string keyId) =>
        Devices.GetValueOrDefault(KeyName.Of(keyId), DistinctCount.Zero).Merge(Devices.GetValueOrDefault(CarriedKey.Short, DistinctCount.Zero)).Estimate();
}
