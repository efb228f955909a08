using System.Security.Cryptography;
using System.Text;
using Serverless.Apps;

namespace Serverless.Devices;

/// <summary>
/// What the server remembers instead of a device id: the first 128 bits, in lower-case hex, of HMAC-SHA-256(pepper, app id, lower-case
/// device id). The same device in two apps has two pseudonyms.
/// </summary>
internal readonly record struct DevicePseudonym
{
    /// <summary>Characters.</summary>
    public const int Length = Bytes * 2;

    private const int Bytes = 16;

    // An app's id and a device's UUID.
    private const int MaxOnStack = 256;

    private DevicePseudonym(string hex) => Hex = hex;

    /// <summary>32 hexadecimal digits, evenly distributed: the first digit serves as a shard.</summary>
    public string Hex { get; }

    /// <summary>The first 64 bits, for counting.</summary>
    public ulong Bits => ulong.Parse(Hex.AsSpan(0, 16), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture);

    public static DevicePseudonym Of(AppId app, string deviceId, Pepper pepper)
    {
        // The line feed cannot occur in an app id, so no two pairs make the same text.
        var length = app.Value.Length + 1 + deviceId.Length;
        var identity = length <= MaxOnStack ? stackalloc char[length] : new char[length];
        app.Value.CopyTo(identity);
        identity[app.Value.Length] = '\n';
        deviceId.AsSpan().ToLowerInvariant(identity[(app.Value.Length + 1)..]);

        var bytes = Encoding.UTF8.GetMaxByteCount(length);
        var text = bytes <= MaxOnStack * 3 ? stackalloc byte[bytes] : new byte[bytes];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pepper.Secret, text[..Encoding.UTF8.GetBytes(identity, text)], mac);
        return new DevicePseudonym(Convert.ToHexStringLower(mac[..Bytes]));
    }

    /// <summary>For a pseudonym that travelled in a message or a row.</summary>
    public static bool TryParse(string? text, out DevicePseudonym pseudonym)
    {
        var valid = text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
        pseudonym = valid ? new DevicePseudonym(text!) : default;
        return valid;
    }

    public override string ToString() => Hex;
}
