using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Device.Manifests;

/// <summary>One file of a delta update, found good enough to be fetched.</summary>
/// <param name="File">The file as the server listed it.</param>
/// <param name="Target">Where it is stored.</param>
/// <param name="Digest">SHA-256 of what is stored, as lower-case hexadecimal digits.</param>
internal sealed record PlannedFile(ManifestFile File, string Target, string Digest);

/// <summary>Checks a whole manifest before anything of it is downloaded.</summary>
internal sealed class ManifestPlan(DeviceProfile profile, PluginGeneration generation)
{
    private readonly RsaPublicKey? _publicKey = profile.PublicKey is { } pem ? RsaPublicKey.Parse(pem) : null;

    /// <exception cref="BundleFailedException">An entry names a place it must not, or is not signed with the app's key.</exception>
    public IReadOnlyList<PlannedFile> Resolve(Offer offer)
    {
        var form = ChecksumForms.OfFile(offer, profile, generation);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        return [.. offer.Manifest.Select(file =>
        {
            var target = EntryName.Normalize(file.StoredName);
            if (EntryName.Refusal(file.StoredName) is not null || !targets.Add(target))
            {
                throw Failure("manifest_path_fail", file, "The name is refused, or stands for the same file as another one.");
            }
            var digest = ChecksumForms.Recover(file.Hash, form, _publicKey)
                ?? throw Failure("download_manifest_checksum_fail", file, "The hash is not signed with the app's key.");
            return new PlannedFile(file, target, digest);
        })];
    }

    /// <summary>The key of an encrypted update, or null for a plain one.</summary>
    /// <exception cref="BundleFailedException">The key does not open.</exception>
    public SessionKey? OpenSessionKey(Offer offer) => _publicKey is null || !SessionKey.HasForm(offer.SessionKey)
        ? null
        : SessionKey.Open(offer.SessionKey, _publicKey)
            ?? throw Failure("decrypt_fail", offer.Manifest[0], "The session key does not open with the app's public key.");

    private static BundleFailedException Failure(string action, ManifestFile file, string reason) =>
        new(action, $"{file.Name}: {reason}") { Files = [new FileFailure(action, file.Name, reason)] };
}
