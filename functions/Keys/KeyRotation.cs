using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Signing;
using Serverless.Storage;
using Serverless.Updates;

namespace Serverless.Keys;

/// <summary>
/// Signs the releases in use with keys that came after them, one release at a time and from the bytes that devices get. Stopped anywhere and
/// run again, it goes on: files that are signed are found signed, blobs are named by what they hold, and the release's row is written last.
/// </summary>
internal sealed partial class KeyRotation(
    KeyRing keys,
    ReleaseCatalog catalog,
    ReleasesInUse releases,
    BundleStore store,
    BundleInspector inspector,
    SignedFormPublisher forms,
    ReleaseDocuments documents,
    ReleaseProof proof,
    AppSnapshots snapshots,
    IOptions<BundleOptions> options,
    ILogger<KeyRotation> logger)
{
    private const string Actor = "key-rotation";

    // What was found complete stays so until the app, the states for all apps or the custodian's keys change.
    private readonly ConcurrentDictionary<AppId, string> _complete = new();

    /// <summary>What cannot be signed is left for the next run and does not hold up the others.</summary>
    /// <exception cref="CustodianException">The custodian's keys cannot be reached.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var held = await keys.IntroduceAsync(cancellation);
        var shared = await catalog.ReadAllAppsAsync(cancellation);
        await foreach (var (app, state) in catalog.ListAppsAsync(cancellation))
        {
            var looked = $"{state.Revision} {shared.Revision} {string.Join(' ', held.Select(key => key.PublicKey.KeyId))}";
            if (_complete.GetValueOrDefault(app) != looked && await TryCompleteAsync(app, cancellation))
            {
                _complete[app] = looked;
            }
        }
    }

    private async Task<bool> TryCompleteAsync(AppId app, CancellationToken cancellation)
    {
        try
        {
            return await CompleteAsync(app, cancellation);
        }
        catch (CustodianException e)
        {
            LogNoKey(e, app);
            return false;
        }
    }

    /// <returns>True when nothing was to be done.</returns>
    private async Task<bool> CompleteAsync(AppId app, CancellationToken cancellation)
    {
        var signing = await keys.GetSigningKeysAsync(app, cancellation);
        var isComplete = true;
        foreach (var release in await releases.ListAsync(app, cancellation))
        {
            ISigningKey[] missing = [.. signing.Where(key => release.SignedForms.All(form => form.KeyId != key.PublicKey.KeyId))];
            if (missing.Length > 0)
            {
                isComplete = false;
                await TrySignAsync(app, release, missing, cancellation);
            }
        }

        return isComplete;
    }

    private async Task TrySignAsync(AppId app, Release release, ISigningKey[] missing, CancellationToken cancellation)
    {
        try
        {
            await SignAsync(app, release, missing, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or CustodianException || StorageFault.IsFromStorage(e))
        {
            LogNotSigned(e, release.Version, app);
        }
    }

    private async Task SignAsync(AppId app, Release release, ISigningKey[] missing, CancellationToken cancellation)
    {
        // A signature says that intake accepted this, so it is given to no other row and no other bytes.
        if (await proof.FindRowDefectAsync(app, release.Version, release, cancellation) is { } defect)
        {
            throw new InvalidDataException(defect);
        }

        await using var stored = await store.OpenAsync(BundleBlobs.Zip(app, release.Version, release.Zip.Sha256), cancellation)
            ?? throw new InvalidDataException("The zip is missing.");
        using var zip = await TempZip.CopyAsync(options.Value.TempFolder, stored, cancellation);

        if (zip.Digests != release.Zip)
        {
            throw new InvalidDataException("The zip is not the one that intake accepted.");
        }

        if (inspector.Inspect(zip.Handle, allowMissingReady: true, cancellation) is not BundleInspection.Sound { Contents: var contents })
        {
            throw new InvalidDataException("The zip would be refused today.");
        }

        var (_, made) = await forms.PublishAsync(app, release.Version, zip, new BundleAssets(zip.Handle, contents), missing, similar: release, cancellation);
        var signed = (await documents.SignAsync(app, release with { SignedForms = made }, missing, cancellation)).SignedForms;
        var isCommitted = await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                // Another instance, or an earlier run whose answer was lost, may have been faster.
                var current = await catalog.FindReleaseAsync(app, release.Version, token);
                SignedForm[] added = [.. signed.Where(form => current?.SignedForms.All(known => known.KeyId != form.KeyId) is true)];
                return current is not { WithdrawnBecause: null, CollectedAt: null } || added.Length == 0 ? null : new CatalogChange
                {
                    Releases = [current with { SignedForms = [.. current.SignedForms, .. added] }],
                    Ledger = [.. added.Select(form => ReleaseEntries.Signed(current, form, Actor))],
                };
            },
            cancellation);
        if (isCommitted)
        {
            snapshots.Invalidate(app);
            LogSigned(release.Version, app, string.Join(", ", signed.Select(form => form.KeyId)));
        }
    }

    [LoggerMessage(LogLevel.Information, "Release {Version} of {App} is signed with {Keys} too.")]
    private partial void LogSigned(BundleVersion version, AppId app, string keys);

    [LoggerMessage(LogLevel.Error, "Release {Version} of {App} could not be signed with every active key; the next run tries again.")]
    private partial void LogNotSigned(Exception fault, BundleVersion version, AppId app);

    [LoggerMessage(LogLevel.Error, "Nothing of {App} can be signed.")]
    private partial void LogNoKey(Exception fault, AppId app);
}
