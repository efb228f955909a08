using System.Security.Cryptography;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Devices;

/// <summary>
/// The secret behind every device pseudonym: at least 32 random bytes that are kept with the signing key, never with the data.
/// Losing it makes every device look new; leaking it lets a holder of device ids find their rows.
/// </summary>
internal sealed class Pepper
{
    public const int MinBytes = 32;

    private const string FileName = "pepper";

    private readonly byte[] _secret;

    /// <exception cref="ArgumentException">Shorter than 32 bytes.</exception>
    public Pepper(byte[] secret) => _secret = secret.Length >= MinBytes
        ? secret
        : throw new ArgumentException($"A pepper has at least {MinBytes} bytes.", nameof(secret));

    /// <summary>The configured pepper, or the one in a file beside the development key.</summary>
    /// <exception cref="CustodianException">There is none, or it cannot be read or made.</exception>
    public static Pepper From(SigningOptions options)
    {
        if (!string.IsNullOrEmpty(options.Pepper))
        {
            return new Pepper(Convert.FromBase64String(options.Pepper));
        }

        var path = Path.Combine(options.KeyFolder, FileName);
        try
        {
            return new Pepper(Convert.FromBase64String(PrivateFile.ReadOrCreate(path, options.CreateMissing ? NewPepper : null)));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new CustodianException($"The pepper '{path}' (Signing:KeyFolder) is not at least 32 bytes in base64.", e);
        }
    }

    public ReadOnlySpan<byte> Secret => _secret;

    private static string NewPepper() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(MinBytes));
}
