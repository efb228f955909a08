using System.Security.Cryptography;
using System.Text;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;

namespace Serverless.SyntheticDevices;

/// <summary>
/// Device ids that only this deployment can make and any of its instances knows for its own, without remembering them: UUIDs of version 8
/// (RFC 9562, 5.8), whose second half proves the first by the pepper. Plugins make version 4.
/// </summary>
internal static class SyntheticDeviceId
{
    private const int HalfBytes = 8;
    private const int VersionAt = 14;
    private const char CustomVersion = '8';

    /// <summary>The same for the same app, channel and attempt.</summary>
    /// <param name="app">The app.</param>
    /// <param name="channel">The channel that the device follows.</param>
    /// <param name="attempt">Another device for each number: cohorts differ from device to device.</param>
    /// <param name="pepper">The deployment's.</param>
    public static string Of(AppId app, ChannelName channel, int attempt, Pepper pepper)
    {
        Span<byte> id = stackalloc byte[HalfBytes * 2];
        Mac(Encoding.UTF8.GetBytes($"synthetic-device\n{app}\n{channel}\n{attempt}"), pepper, id[..HalfBytes]);
        id[6] = (byte)(0x80 | (id[6] & 0x0F));
        Prove(id, pepper);
        return new Guid(id, bigEndian: true).ToString("D");
    }

    /// <param name="deviceId">A UUID in either case.</param>
    /// <param name="pepper">The deployment's.</param>
    public static bool IsOne(string deviceId, Pepper pepper)
    {
        // Decides for every real device, at no cost.
        if (deviceId.Length <= VersionAt || deviceId[VersionAt] != CustomVersion || !Guid.TryParseExact(deviceId, "D", out var parsed))
        {
            return false;
        }

        Span<byte> sent = stackalloc byte[HalfBytes * 2];
        parsed.TryWriteBytes(sent, bigEndian: true, out _);
        Span<byte> expected = stackalloc byte[HalfBytes * 2];
        sent.CopyTo(expected);
        Prove(expected, pepper);
        return CryptographicOperations.FixedTimeEquals(sent, expected);
    }

    private static void Prove(Span<byte> id, Pepper pepper)
    {
        Span<byte> proof = stackalloc byte[HalfBytes];
        Mac([.. "synthetic-device-proof\n"u8, .. id[..HalfBytes]], pepper, proof);
        proof.CopyTo(id[HalfBytes..]);
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
    }

    private static void Mac(ReadOnlySpan<byte> text, Pepper pepper, Span<byte> half)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pepper.Secret, text, mac);
        mac[..half.Length].CopyTo(half);
    }
}
