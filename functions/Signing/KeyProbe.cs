using System.Security.Cryptography;
using Serverless.Releases;

namespace Serverless.Signing;

/// <summary>Tries a key: signs random bytes in both forms and opens the signatures as devices and auditors do.</summary>
internal static class KeyProbe
{
    public static async Task<KeyCheck> RunAsync(ISigningKey key, CancellationToken cancellation)
    {
        var random = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
        return new KeyCheck(
            key.PublicKey.KeyId,
            await FindFaultAsync(key.For(SignaturePurpose.Probe).SignProvenAsync(random, cancellation)),
            await FindFaultAsync(key.For(SignaturePurpose.Probe).SignDigestProvenAsync(Sha256Digest.FromBytes(random), cancellation)));
    }

    private static async Task<string?> FindFaultAsync(Task<byte[]> signing)
    {
        try
        {
            await signing;
            return null;
        }
        catch (CustodianException fault)
        {
            return fault.Message;
        }
    }
}

/// <summary>What became of a probe; null where nothing is wrong.</summary>
/// <param name="KeyId">Of the key that was tried.</param>
/// <param name="RawFault">Why devices could not verify, as a sentence.</param>
/// <param name="DigestFault">The same for RS256.</param>
internal sealed record KeyCheck(string KeyId, string? RawFault, string? DigestFault)
{
    public bool IsSound => RawFault is null && DigestFault is null;
}
