using Serverless.Access;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Rollouts;

/// <summary>Leads single devices elsewhere, and back. What is already so is neither written nor recorded.</summary>
internal sealed class PinAdministration(ReleaseCatalog catalog, AppSnapshots snapshots)
{
    /// <returns>Null when the device is not pinned.</returns>
    public Task<Pin?> FindAsync(DeviceIdentity device, CancellationToken cancellation) => catalog.FindPinAsync(device.App, device.Device, cancellation);

    /// <returns>What speaks against it, or the pin.</returns>
    public async Task<(Problem? Problem, Pin? Pin)> PinAsync(Principal by, DeviceIdentity device, PinOrder order, CancellationToken cancellation)
    {
        if (Parse(device.Device, order) is not { } pin)
        {
            return (Problem.InvalidMember(order.Channel is null ? "version" : "channel"), null);
        }

        Problem? problem = null;
        await catalog.ChangeAsync(
            device.App,
            async (app, token) =>
            {
                var before = app.Exists ? await FindAsync(device, token) : null;
                problem = app.Exists ? await FindProblemAsync(device, pin, before, token) : Problem.AppNotFound;
                return problem is not null || before == pin ? null : new CatalogChange
                {
                    Pin = pin,
                    Ledger = [PinActs.Pinned(by.Id, pin)],
                };
            },
            cancellation);
        snapshots.Invalidate(device.App);
        return problem is null ? (null, pin) : (problem, null);
    }

    /// <summary>Lets the device follow its channel again.</summary>
    public async Task UnpinAsync(Principal by, DeviceIdentity device, CancellationToken cancellation)
    {
        await catalog.ChangeAsync(
            device.App,
            async (_, token) => await FindAsync(device, token) is not { } pin ? null : new CatalogChange
            {
                Unpinned = pin.Device,
                Ledger = [PinActs.Unpinned(by.Id, pin)],
            },
            cancellation);
        snapshots.Invalidate(device.App);
    }

    private static Pin? Parse(DevicePseudonym device, PinOrder order) => order switch
    {
        { Channel: null } when BundleVersion.TryParse(order.Version, out var version) => new Pin(device, Version: version),
        { Version: null } when ChannelName.TryParse(order.Channel, out var channel) => new Pin(device, Channel: channel),
        _ => null,
    };

    private async Task<Problem?> FindProblemAsync(DeviceIdentity device, Pin pin, Pin? before, CancellationToken cancellation)
    {
        if (pin.Channel is { } channel && await catalog.FindChannelAsync(device.App, channel, cancellation) is null)
        {
            return Problem.ChannelNotFound;
        }

        if (pin.Version is { } version)
        {
            switch (await catalog.FindReleaseAsync(device.App, version, cancellation))
            {
                case null:
                    return Problem.ReleaseNotFound;
                case { WithdrawnBecause: not null }:
                    return Problem.ReleaseWithdrawn;
                case { CollectedAt: not null }:
                    return Problem.ReleaseCollected;
            }
        }

        return before is null && (await catalog.ListPinsAsync(device.App, cancellation)).Length >= Pin.MaxOfApp ? Problem.TooManyPins : null;
    }
}
