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

    private DevicePseudonym(string hex) => Hex = hex;

    /// <summary>32 hexadecimal digits, evenly distributed: the first digit serves as a shard.</summary>
    public string Hex { get; }

    /// <summary>The first 64 bits, for counting.</summary>
    public ulong Bits => ulong.Parse(Hex.AsSpan(0, 16), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture);

    public static DevicePseudonym Of(AppId app, string deviceId, Pepper pepper)
    {
        // The line feed cannot occur in an app id, so no two pairs make the same text.
        var identity = Encoding.UTF8.GetBytes($"{app.Value}\n{deviceId.ToLowerInvariant()}");
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pepper.Secret, identity, mac);
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
