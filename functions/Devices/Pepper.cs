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

    /// <summary>The configured pepper, or the one in a file beside the development key, which is made at first use.</summary>
    public static Pepper From(SigningOptions options) => new(Convert.FromBase64String(string.IsNullOrEmpty(options.Pepper)
        ? PrivateFile.ReadOrCreate(Path.Combine(options.KeyFolder, FileName), () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(MinBytes)))
        : options.Pepper));

    public ReadOnlySpan<byte> Secret => _secret;
}
