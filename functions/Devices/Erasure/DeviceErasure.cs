using System.Collections.Immutable;
using Serverless.Access;
using Serverless.Channels;
using Serverless.Devices.Authentication;
using Serverless.Devices.Enrolment;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollouts;
using Serverless.Updates;

namespace Serverless.Devices.Erasure;

/// <summary>
/// Forgets a device, because whoever it belongs to asks for it. Numbers that it was counted in stay, and so does what a ledger has said of it: a chain
/// forgets nothing. Run again after a crash, it does what is left; a device that checks in afterwards is a new one.
/// </summary>
internal sealed class DeviceErasure(
    ReleaseCatalog catalog, DeviceOutcomes outcomes, ChannelOverrides channels, EnrolledKeys keys, KeyRevocation revocation, AppSnapshots snapshots)
{
    /// <returns>What was found, whether or not it was erased.</returns>
    public async Task<ErasedDevice> RunAsync(Principal by, DeviceIdentity device, bool isDryRun, CancellationToken cancellation)
    {
        var offered = await outcomes.FindAsync(device, cancellation);
        var codes = await keys.FindCodesAsync(device, cancellation);
        var (key, _) = await keys.ReadKeyAsync(device, cancellation);
        var pin = await catalog.FindPinAsync(device.App, device.Device, cancellation);
        var channel = await channels.FindAsync(device.App, device.Device, cancellation);
        var found = new ErasedDevice(isDryRun, offered.Length, pin is null ? 0 : 1, key is null ? 0 : 1, codes.Length, channel is null ? 0 : 1);
        if (isDryRun || found.IsNothing)
        {
            return found;
        }

        if (key is not null)
        {
            await revocation.EndAsync(device, cancellation);
        }

        await RecordAsync(by, device, found, cancellation);
        await outcomes.RemoveAsync(device, offered, cancellation);
        await channels.RemoveAsync(device.App, device.Device, cancellation);
        await keys.RemoveCodesAsync(device.App, codes, cancellation);

        // Last: as long as the key is there, another run ends it for the instances that remember it.
        await keys.RemoveKeyAsync(device, cancellation);
        return found;
    }

    private async Task RecordAsync(Principal by, DeviceIdentity device, ErasedDevice found, CancellationToken cancellation)
    {
        await catalog.ChangeAsync(
            device.App,
            async (_, token) =>
            {
                var told = new LedgerEntry(LedgerKind.DeviceErased, by.Id, "one device", $"{found}");
                var pin = await catalog.FindPinAsync(device.App, device.Device, token);
                ImmutableArray<LedgerEntry> unpinned = pin is null ? [] : [PinActs.Unpinned(by.Id, pin)];
                var change = found.Keys == 0
                    ? new CatalogChange { Ledger = [told] }
                    : AuthenticationActs.EndKeys(await catalog.ReadAuthenticationAsync(device.App, token), told);
                return change with { Unpinned = pin?.Device, Ledger = [.. unpinned, .. change.Ledger] };
            },
            cancellation);
        snapshots.Invalidate(device.App);
    }
}
