using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Serverless.Apps;

namespace Serverless.Devices.Enrolment;

/// <summary>
/// The id of an enrolled key, which devices send as <c>keyid</c>: pseudonym, the first 128 bits of SHA-256 over the key, and the first 128 bits of
/// HMAC-SHA-256(pepper, app and both), in base64url: 64 characters. So an id that nobody was given is refused without a look at storage.
/// </summary>
internal sealed record DeviceKeyId
{
    private const int PartBytes = 16;
    private const int Length = 3 * PartBytes / 3 * 4;

    private DeviceKeyId(DevicePseudonym device, string fingerprint, string text) => (Device, Fingerprint, Text) = (device, fingerprint, text);

    public DevicePseudonym Device { get; }

    /// <summary>Of the key, in hexadecimal digits.</summary>
    public string Fingerprint { get; }

    public string Text { get; }

    /// <param name="device">Whose key it is.</param>
    /// <param name="publicKey">SubjectPublicKeyInfo in DER.</param>
    /// <param name="pepper">The deployment's.</param>
    public static DeviceKeyId Of(DeviceIdentity device, ReadOnlySpan<byte> publicKey, Pepper pepper)
    {
        Span<byte> id = [.. Convert.FromHexString(device.Device.Hex), .. SHA256.HashData(publicKey).AsSpan(..PartBytes), .. new byte[PartBytes]];
        Prove(id, device.App, pepper);
        return new DeviceKeyId(device.Device, Convert.ToHexStringLower(id[PartBytes..^PartBytes]), Base64Url.EncodeToString(id));
    }

    public static bool TryParse(string text, AppId app, Pepper pepper, out DeviceKeyId id)
    {
        id = null!;
        Span<byte> sent = stackalloc byte[3 * PartBytes];
        if (text.Length != Length || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, sent, out _))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[3 * PartBytes];
        sent.CopyTo(expected);
        Prove(expected, app, pepper);
        if (!CryptographicOperations.FixedTimeEquals(sent, expected) || !DevicePseudonym.TryParse(Convert.ToHexStringLower(sent[..PartBytes]), out var device))
        {
            return false;
        }

        id = new DeviceKeyId(device, Convert.ToHexStringLower(sent[PartBytes..^PartBytes]), text);
        return true;
    }

    private static void Prove(Span<byte> id, AppId app, Pepper pepper)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pepper.Secret, Encoding.UTF8.GetBytes($"device-key\n{app}\n{Convert.ToHexStringLower(id[..^PartBytes])}"), mac);
        mac[..PartBytes].CopyTo(id[^PartBytes..]);
    }
}
