using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Devices.Authentication;

/// <summary>
/// The nonces of signed requests that were let through, for as long as their signatures are good: in memory, for this instance alone and
/// bounded. When it is full, the oldest second is forgotten, and whatever was created in it or before is refused from then on: so a crowd makes
/// the window shorter, and never lets a request through twice.
/// </summary>
internal sealed class SeenNonces(TimeProvider time, int capacity)
{
    /// <summary>Some 25 MB: of each nonce 128 bits of a digest are kept, however long it is.</summary>
    public const int Capacity = 500_000;

    /// <summary>How old a signed request may be when it arrives.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>How far a device's clock may be ahead.</summary>
    public static readonly TimeSpan MaxLead = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, HashSet<UInt128>> _seconds = [];
    private int _count;
    private long _forgotten = long.MinValue;

    public SeenNonces(TimeProvider time)
        : this(time, Capacity)
    {
    }

    /// <summary>To be asked only for what a device really signed, or strangers could fill it.</summary>
    /// <param name="keyId">The key that made the signature.</param>
    /// <param name="nonce">As it was signed.</param>
    /// <param name="createdAt">As it was signed.</param>
    /// <returns>False when it came before, or its time is not now.</returns>
    public bool TryAdd(string keyId, string nonce, DateTimeOffset createdAt)
    {
        var now = time.GetUtcNow();
        if (!IsTimely(createdAt, now))
        {
            return false;
        }

        lock (_gate)
        {
            ForgetUntil((now - MaxAge).ToUnixTimeSeconds() - 1);
            var second = createdAt.ToUnixTimeSeconds();
            if (second <= _forgotten)
            {
                return false;
            }

            if (!_seconds.TryGetValue(second, out var nonces))
            {
                _seconds.Add(second, nonces = []);
            }

            if (!nonces.Add(DigestOf(keyId, nonce)))
            {
                return false;
            }

            if (++_count > capacity)
            {
                ForgetUntil(_seconds.First().Key);
            }

            return second > _forgotten;
        }
    }

    public static bool IsTimely(DateTimeOffset createdAt, DateTimeOffset now) => createdAt >= now - MaxAge && createdAt <= now + MaxLead;

    // Neither of the two holds a line feed.
    private static UInt128 DigestOf(string keyId, string nonce) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{keyId}\n{nonce}")));

    private void ForgetUntil(long second)
    {
        while (_seconds.Count > 0 && _seconds.First() is var (oldest, nonces) && oldest <= second)
        {
            _seconds.Remove(oldest);
            _count -= nonces.Count;
        }

        _forgotten = Math.Max(_forgotten, second);
    }
}
