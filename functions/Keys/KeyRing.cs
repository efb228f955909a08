using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.Keys;

/// <summary>The custodian's keys together with what the catalog says about them. A key is known to the catalog before it signs anything.</summary>
internal sealed class KeyRing(ICustodian custodian, ReleaseCatalog catalog, TimeProvider time)
{
    private const string Actor = "key-ring";

    /// <summary>The keys that sign the app's releases, one form each, and its ledger; never empty.</summary>
    /// <param name="app">The app; null for what belongs to all apps.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CustodianException">The keys cannot be reached, or none of them is active.</exception>
    public async Task<IReadOnlyList<ISigningKey>> GetSigningKeysAsync(AppId? app, CancellationToken cancellation)
    {
        var held = await IntroduceAsync(cancellation);
        var states = await ReadStatesAsync(app, cancellation);
        ISigningKey[] active = [.. held.Where(key => states.IsActive(key.PublicKey.KeyId))];
        return active.Length > 0
            ? active
            : throw new CustodianException($"Every key of the custodian is retired or disabled for {app?.Value ?? "all apps"}; give it another one, or enable one (Keys).");
    }

    /// <summary>Every key the custodian holds, in its order.</summary>
    /// <param name="app">Whose states to tell; null for those of all apps.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CustodianException">The keys cannot be reached.</exception>
    public async Task<ImmutableArray<HeldKey>> ListHeldAsync(AppId? app, CancellationToken cancellation)
    {
        var held = await custodian.GetKeysAsync(cancellation);
        var states = await ReadStatesAsync(app, cancellation);
        var newest = held
            .Where(key => states.IsActive(key.PublicKey.KeyId))
            .OrderBy(key => states.Find(key.PublicKey.KeyId)?.KnownSince ?? DateTimeOffset.MaxValue)
            .LastOrDefault();
        return
        [
            .. held.Select(key => new HeldKey(
                key.PublicKey, states.Find(key.PublicKey.KeyId)?.State ?? KeyState.Active, IsRecommended: key == newest)),
        ];
    }

    /// <param name="app">The app; null for what holds for all apps.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<KeyStates> ReadStatesAsync(AppId? app, CancellationToken cancellation)
    {
        var ofAll = catalog.ListKeysAsync(app: null, cancellation);
        var ofApp = app is null ? Task.FromResult(ImmutableArray<KnownKey>.Empty) : catalog.ListKeysAsync(app, cancellation);
        var listed = await Task.WhenAll(ofAll, ofApp);
        return KeyStates.Of(listed[0], listed[1]);
    }

    /// <summary>Makes the custodian's keys known. From then on a device that names its key by four characters cannot be mistaken for another's.</summary>
    /// <exception cref="CustodianException">The keys cannot be reached.</exception>
    public async Task<IReadOnlyList<ISigningKey>> IntroduceAsync(CancellationToken cancellation)
    {
        var held = await custodian.GetKeysAsync(cancellation);
        if ((await FindNewAsync(held, cancellation)).Length > 0)
        {
            await catalog.ChangeForAllAppsAsync(
                async (_, token) => await FindNewAsync(held, token) is { Length: > 0 } added
                    ? new CatalogChange { Keys = added, Ledger = [.. added.Select(key => new LedgerEntry(LedgerKind.KeyAdded, Actor, key.KeyId, "held by the custodian"))] }
                    : null,
                cancellation);
        }

        return held;
    }

    private async Task<ImmutableArray<KnownKey>> FindNewAsync(IReadOnlyList<ISigningKey> held, CancellationToken cancellation)
    {
        var known = await catalog.ListKeysAsync(app: null, cancellation);
        return
        [
            .. held.Select(key => key.PublicKey.KeyId)
                .Except(known.Select(key => key.KeyId))
                .Select(keyId => new KnownKey { KeyId = keyId, KnownSince = time.GetUtcNow() }),
        ];
    }
}

/// <param name="PublicKey">For the app.</param>
/// <param name="State">As of now.</param>
/// <param name="IsRecommended">The newest active one: what the next store build is to carry.</param>
internal sealed record HeldKey(SigningPublicKey PublicKey, KeyState State, bool IsRecommended);
