using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Devices;

/// <summary>
/// Tells one network from another for a day, without saying which: the first 32 bits of HMAC-SHA-256(pepper, day, the IPv4 /24 or IPv6 /48).
/// Two networks may share a tag now and then; nobody can read an address from it, and tomorrow it is another one.
/// </summary>
/// <param name="Bits">The tag.</param>
internal readonly record struct NetworkTag(uint Bits)
{
    private const int Ipv4Prefix = 3;
    private const int Ipv6Prefix = 6;

    /// <returns>Null for addresses that many networks use alike: loopback, private and link-local ones.</returns>
    public static NetworkTag? Of(IPAddress? address, DateOnly day, Pepper pepper)
    {
        if (address is null || IsLocal(address))
        {
            return null;
        }

        var plain = Plain(address);
        var prefix = plain.GetAddressBytes()[..(plain.AddressFamily is AddressFamily.InterNetwork ? Ipv4Prefix : Ipv6Prefix)];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pepper.Secret, Encoding.UTF8.GetBytes($"network\n{day:yyyyMMdd}\n{Convert.ToHexStringLower(prefix)}"), mac);
        return new NetworkTag(BitConverter.ToUInt32(mac));
    }

    /// <summary>Loopback, private (RFC 1918, RFC 4193), shared (RFC 6598) or link-local.</summary>
    public static bool IsLocal(IPAddress address)
    {
        var plain = Plain(address);
        var bytes = plain.GetAddressBytes();
        return IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any)
            || plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal
            || (bytes.Length == 4 && bytes switch
            {
                [10, ..] or [192, 168, ..] or [169, 254, ..] => true,
                [172, var second, ..] => second is >= 16 and < 32,
                [100, var second, ..] => second is >= 64 and < 128,
                _ => false,
            });
    }

    public override string ToString() => Bits.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
