using System.Security.Cryptography;
using System.Text;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>
/// Who brought an upload through the server: its metadata names the principal, with a MAC over name and content beside it, because whoever can write to
/// the drop zone can write metadata too.
/// </summary>
internal sealed class UploadOrigin(Pepper pepper)
{
    public const string PrincipalKey = "uploaded_by";
    public const string ProofKey = "uploaded_by_proof";

    /// <summary>Adds to the metadata of an upload who makes it.</summary>
    public void Write(IDictionary<string, string> metadata, UploadName name, Sha256Digest sha256, string principal)
    {
        metadata[PrincipalKey] = UploadMetadata.Encode(principal);
        metadata[ProofKey] = Convert.ToHexStringLower(Mac(name, sha256, principal));
    }

    /// <returns>The principal, or null when nobody knows: the upload was written to the storage by other means.</returns>
    public string? Find(IDictionary<string, string> metadata, UploadName name, Sha256Digest sha256)
    {
        if (!metadata.TryGetValue(PrincipalKey, out var encoded) || !metadata.TryGetValue(ProofKey, out var proof))
        {
            return null;
        }

        var principal = Uri.UnescapeDataString(encoded);
        var expected = Convert.ToHexStringLower(Mac(name, sha256, principal));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof), Encoding.UTF8.GetBytes(expected)) ? principal : null;
    }

    private byte[] Mac(UploadName name, Sha256Digest sha256, string principal) =>
        HMACSHA256.HashData(pepper.Secret, Encoding.UTF8.GetBytes($"upload\n{name}\n{sha256}\n{principal}"));
}
