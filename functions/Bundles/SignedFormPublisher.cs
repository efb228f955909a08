using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Bundles.Files;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Bundles;

/// <summary>
/// Makes what devices with a key get: for each key the encrypted files and their list, the encrypted zip and its signatures. Run again, also
/// for more keys or after years, it stores and signs only what is missing.
/// </summary>
internal sealed class SignedFormPublisher(BundleStore store, FileListPublisher files, FileLists fileLists, Pepper pepper, IOptions<BundleOptions> options)
{
    /// <param name="app">The app.</param>
    /// <param name="version">The release, or the release to be.</param>
    /// <param name="zip">What devices without a key get.</param>
    /// <param name="assets">The bundle's files.</param>
    /// <param name="keys">To sign with; one form each, in their order.</param>
    /// <param name="similar">A release that probably has most of the files, if there is one.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <returns>The list for devices without a key, and the forms.</returns>
    public async Task<(Sha256Digest? FileList, ImmutableArray<SignedForm> Forms)> PublishAsync(
        AppId app, BundleVersion version, TempZip zip, BundleAssets assets, IReadOnlyList<ISigningKey> keys, Release? similar, CancellationToken cancellation)
    {
        KeyCipher[] ciphers = [.. keys.Select(key => new KeyCipher(key, BundleCipher.For(app, version, zip.Digests.Sha256, key.PublicKey.KeyId, pepper)))];
        var familiar = similar is { FileList: { } list } && await fileLists.FindAsync(app, similar, list, cancellation) is { } known
            ? known.Files.Select(file => file.Sha256).ToHashSet()
            : [];
        var lists = await files.PublishAsync(app, version, assets, ciphers, familiar, cancellation);
        var forms = ImmutableArray.CreateBuilder<SignedForm>(ciphers.Length);
        foreach (var cipher in ciphers)
        {
            var form = await StoreEncryptedAsync(app, version, zip, cipher, cancellation);
            forms.Add(form with { FileList = lists.For(form.KeyId) });
        }

        return (lists.Plain, forms.MoveToImmutable());
    }

    private async Task<SignedForm> StoreEncryptedAsync(AppId app, BundleVersion version, TempZip zip, KeyCipher cipher, CancellationToken cancellation)
    {
        using var encrypted = await TempZip.WriteAsync(
            options.Value.TempFolder, output => cipher.Cipher.EncryptAsync(zip.Rewind(), output, cancellation), cancellation);
        var name = BundleBlobs.EncryptedZip(app, version, encrypted.Digests.Sha256);
        await store.PutAsync(name, encrypted.Rewind(), "application/octet-stream", cancellation);
        return await ReleaseSignatures.SignAsync(cipher, zip.Digests.Sha256, encrypted.Digests, cancellation);
    }
}
