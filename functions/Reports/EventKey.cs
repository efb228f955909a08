using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Serverless.Devices;

namespace Serverless.Reports;

/// <summary>
/// Tells one event from another. The plugin gives events no id, so it is the first 128 bits of HMAC-SHA-256(pepper, pseudonym, timestamp,
/// action, version name): keyed, so that nobody can make an event that hides another device's.
/// </summary>
internal readonly record struct EventKey
{
    private readonly UInt128 _hash;

    private EventKey(UInt128 hash) => _hash = hash;

    public static EventKey Of(DevicePseudonym device, DeviceEvent report, Pepper pepper)
    {
        var timestamp = report.Timestamp?.ToString(CultureInfo.InvariantCulture);

        // The length keeps an action's end from passing for a version's start.
        var identity = Encoding.UTF8.GetBytes($"event\n{device.Hex}\n{timestamp}\n{report.Action?.Length}\n{report.Action}{report.VersionName}");
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pepper.Secret, identity, mac);
        return new EventKey(BitConverter.ToUInt128(mac));
    }
}
