using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Releases.Documents;

/// <summary>Signs the documents of a release to be and stores them beside its bundle.</summary>
internal sealed class ReleaseDocuments(BundleStore store, ReleaseProof proof)
{
    private const string ContentType = "application/jose";

    /// <summary>One document for each signed form, read back as every later proof will read it. The same release gives the same documents.</summary>
    /// <param name="app">The app.</param>
    /// <param name="release">With its sequence number: nothing about it changes after this.</param>
    /// <param name="keys">Those of the signed forms.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <returns>The release, with its documents.</returns>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not verify with its own public key.</exception>
    /// <exception cref="InvalidDataException">What was read back is not what was stored.</exception>
    public async Task<Release> SignAsync(AppId app, Release release, IReadOnlyList<ISigningKey> keys, CancellationToken cancellation)
    {
        var forms = ImmutableArray.CreateBuilder<SignedForm>(release.SignedForms.Length);
        foreach (var form in release.SignedForms)
        {
            var key = keys.Single(key => key.PublicKey.KeyId == form.KeyId);
            var jws = await ReleaseDocument.Of(app, release, form).SignAsync(key, cancellation);
            var digest = Sha256Digest.Of(jws);
            using var content = new MemoryStream(jws);
            await store.PutAsync(BundleBlobs.Document(app, release.Version, digest), content, ContentType, cancellation);
            forms.Add(form with { Document = digest });
        }

        var signed = release with { SignedForms = forms.MoveToImmutable() };
        return await proof.FindRowDefectAsync(app, release.Version, signed, cancellation) is { } defect
            ? throw new InvalidDataException(defect)
            : signed;
    }
}
