using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Updates;

namespace Serverless.Keys;

/// <summary>Changes what signing keys are good for, for one app or, where no app is named, for all. What is already so is neither written nor recorded.</summary>
internal sealed class KeyAdministration(
    ReleaseCatalog catalog, KeyRing ring, KeyOverview overview, AppSnapshots snapshots, TimeProvider time, IOptions<KeysOptions> options)
{
    /// <summary>Ends a rotation, unless too many devices still carry the key, they were not counted for long enough to tell, or the custodian holds no other active one.</summary>
    /// <returns>What speaks against it, or null when it is done.</returns>
    public async Task<Problem?> RetireAsync(Principal by, AppId? app, string keyId, KeyRetirement retirement, CancellationToken cancellation)
    {
        if (retirement.Force && string.IsNullOrWhiteSpace(retirement.Reason))
        {
            return Problem.InvalidMember("reason");
        }

        if (!retirement.Force && await overview.FindStrandedAsync(app, keyId, cancellation) is { } stranded)
        {
            return Problem.KeyInUse(stranded.App.Value, stranded.Devices.Carrying, stranded.Devices.Seen);
        }

        if (!retirement.Force && await FindDaysCountedAsync(app, keyId, cancellation) is { } days && days < options.Value.MinDaysCounted)
        {
            return Problem.KeyTooNew(days, options.Value.MinDaysCounted);
        }

        if (await FindHeldAsync(cancellation) is not { } held)
        {
            return Problem.CustodianUnavailable;
        }

        return await ChangeAsync(
            app,
            keyId,
            (keys, key) => key.State switch
            {
                // Retiring what is disabled would take back a part of it.
                KeyState.Retired or KeyState.Disabled => key,
                _ => keys.Any(other => other.KeyId != keyId && other.State is KeyState.Active && held.Contains(other.KeyId)) ? key with { State = KeyState.Retired } : null,
            },
            new LedgerEntry(LedgerKind.KeyRetired, by.Id, keyId, Why(retirement.Reason, retirement.Force ? "forced" : "hardly a device carries it")),
            Problem.LastKey,
            cancellation);
    }

    /// <summary>Answers a compromise, at once and whatever the consequences.</summary>
    /// <returns>What speaks against it, or null when it is done.</returns>
    public Task<Problem?> DisableAsync(Principal by, AppId? app, string keyId, KeyDisabling disabling, CancellationToken cancellation) => ChangeAsync(
        app,
        keyId,
        (_, key) => key with { State = KeyState.Disabled, Answer = disabling.Answer },
        new LedgerEntry(LedgerKind.KeyDisabled, by.Id, keyId, $"{Why(disabling.Reason, "no reason given")}; devices are told {(disabling.Answer is DisabledAnswer.Builtin ? "to go back to builtin" : "to stay where they are")}"),
        Problem.LastKey,
        cancellation);

    /// <summary>Takes a key back into use; one that was disabled only for a reason.</summary>
    /// <returns>What speaks against it, or null when it is done.</returns>
    public Task<Problem?> EnableAsync(Principal by, AppId? app, string keyId, KeyEnabling enabling, CancellationToken cancellation) => ChangeAsync(
        app,
        keyId,
        (_, key) => key.State is KeyState.Disabled && string.IsNullOrWhiteSpace(enabling.Reason) ? null : key with { State = KeyState.Active, Answer = null },
        new LedgerEntry(LedgerKind.KeyEnabled, by.Id, keyId, Why(enabling.Reason, "no reason given")),
        Problem.InvalidMember("reason"),
        cancellation);

    /// <param name="app">The app, or null for all.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="decide">Makes the key's new state from all keys and its own; null when that must not be.</param>
    /// <param name="act">For the ledger.</param>
    /// <param name="refusal">What the caller hears when it must not be.</param>
    /// <param name="cancellation">Gives up; a change that was sent may still take effect.</param>
    private async Task<Problem?> ChangeAsync(
        AppId? app, string keyId, Func<ImmutableArray<KnownKey>, KnownKey, KnownKey?> decide, LedgerEntry act, Problem refusal, CancellationToken cancellation)
    {
        Problem? problem = null;

        async Task<CatalogChange?> DecideAsync(AppState state, CancellationToken token)
        {
            problem = null;
            var known = await ring.ReadStatesAsync(app, token);
            if (known.Find(keyId) is not { } before)
            {
                problem = Problem.KeyNotFound;
                return null;
            }

            if (app is not null && (await ring.ReadStatesAsync(app: null, token)).Find(keyId) is { State: KeyState.Disabled })
            {
                problem = Problem.KeyDisabledForAll;
                return null;
            }

            if (decide([.. known.All], before) is not { } after)
            {
                problem = refusal;
                return null;
            }

            return after == before ? null : new CatalogChange { Keys = [after], Ledger = [act] };
        }

        await (app is { } one ? catalog.ChangeAsync(one, DecideAsync, cancellation) : catalog.ChangeForAllAppsAsync(DecideAsync, cancellation));
        if (problem is null)
        {
            if (app is { } changed)
            {
                snapshots.Invalidate(changed);
            }
            else
            {
                snapshots.InvalidateAll();
            }
        }

        return problem;
    }

    /// <returns>For how many whole days the devices that carry the key were counted; null when there is no such key.</returns>
    private async Task<int?> FindDaysCountedAsync(AppId? app, string keyId, CancellationToken cancellation) =>
        (await ring.ReadStatesAsync(app, cancellation)).Find(keyId) is { } key ? (int)(time.GetUtcNow() - key.KnownSince).TotalDays : null;

    /// <returns>The ids of the keys that can sign; null when the custodian does not say.</returns>
    private async Task<ImmutableHashSet<string>?> FindHeldAsync(CancellationToken cancellation)
    {
        try
        {
            return [.. (await ring.IntroduceAsync(cancellation)).Select(key => key.PublicKey.KeyId)];
        }
        catch (CustodianException)
        {
            return null;
        }
    }

    private static string Why(string? reason, string otherwise) => string.IsNullOrWhiteSpace(reason) ? otherwise : reason.Trim();
}
