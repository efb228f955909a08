using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Keys;

/// <summary>Shows how far a rotation is: which releases are signed with a key, and how many devices carry it.</summary>
internal sealed class KeyOverview(
    ReleaseCatalog catalog, KeyRing ring, ReleasesInUse releases, KeySightingsFlush sightings, KeyDevices devices, IOptions<KeysOptions> options)
{
    /// <summary>Shows the keys of one app, or of all.</summary>
    public async Task<KeyDescriptionList> ListAsync(AppId? app, CancellationToken cancellation)
    {
        await sightings.RunAsync(cancellation);
        var states = await ring.ReadStatesAsync(app, cancellation);
        var inUse = new List<Release>();
        var usages = new List<KeyUsage>();
        foreach (var one in await AppsAsync(app, cancellation))
        {
            inUse.AddRange(await releases.ListAsync(one, cancellation));
            usages.Add(await devices.ReadAsync(one, cancellation));
        }

        return new KeyDescriptionList(
        [
            .. states.All.OrderBy(key => key.KnownSince).ThenBy(key => key.KeyId, StringComparer.Ordinal).Select(key => new KeyDescription(
                key.KeyId,
                KeyName.Of(key.KeyId),
                key.State,
                key.Answer,
                key.KnownSince,
                new SignedShare(inUse.Count(release => release.SignedForms.Any(form => form.KeyId == key.KeyId)), inUse.Count),
                new CarriedShare(usages.Sum(usage => usage.MayCarry(key.KeyId)), usages.Sum(usage => usage.All)))),
        ]);
    }

    /// <returns>An app of which too many devices still carry the key to take it from them, or null.</returns>
    public async Task<(AppId App, CarriedShare Devices)?> FindStrandedAsync(AppId? app, string keyId, CancellationToken cancellation)
    {
        await sightings.RunAsync(cancellation);

        // App by app: the devices of a small app are not to be outvoted by those of a large one.
        foreach (var one in await AppsAsync(app, cancellation))
        {
            var usage = await devices.ReadAsync(one, cancellation);
            var share = new CarriedShare(usage.MayCarry(keyId), usage.All);
            if (share.Carrying > share.Seen * options.Value.MaxRetiredShare)
            {
                return (one, share);
            }
        }

        return null;
    }

    private async Task<ImmutableArray<AppId>> AppsAsync(AppId? app, CancellationToken cancellation) =>
        app is { } one ? [one] : [.. await catalog.ListAppsAsync(cancellation).Select(listed => listed.App).ToListAsync(cancellation)];
}
