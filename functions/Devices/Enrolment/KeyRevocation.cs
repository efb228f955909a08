using Azure;
using Serverless.Devices.Authentication;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Devices.Enrolment;

/// <summary>Ends enrolled keys. What instances remember of any of the app's keys ends with them, with the next snapshot.</summary>
internal sealed class KeyRevocation(EnrolledKeys keys, ReleaseCatalog catalog, AppSnapshots snapshots, TimeProvider time)
{
    /// <summary>Ends the device's key, and keeps it from being enrolled again by anybody. Idempotent; a device without a key is left alone.</summary>
    public async Task RunAsync(DeviceIdentity device, string actor, CancellationToken cancellation)
    {
        // First the row: an instance that read it between the two would remember it for long.
        if (await EndAsync(device, keys.TryRevokeAsync, cancellation))
        {
            await RecordAsync(device, actor, "revoked", cancellation);
        }
    }

    /// <summary>Marks the device's key as good no more, which instances that remember it hear of by <see cref="AuthenticationActs.EndKeys"/>. Idempotent.</summary>
    /// <returns>False for a device without a key.</returns>
    public Task<bool> EndAsync(DeviceIdentity device, CancellationToken cancellation) =>
        EndAsync(device, (ended, key, tag, token) => keys.TryWriteAsync(ended, key, tag, code: null, token), cancellation);

    /// <summary>Tells that a key is good no more.</summary>
    public async Task RecordAsync(DeviceIdentity device, string actor, string why, CancellationToken cancellation)
    {
        await catalog.ChangeAsync(
            device.App,
            async (_, token) => AuthenticationActs.EndKeys(
                await catalog.ReadAuthenticationAsync(device.App, token), new LedgerEntry(LedgerKind.DeviceKeyRevoked, actor, $"{device.Device}", why)),
            cancellation);
        snapshots.Invalidate(device.App);
    }

    private async Task<bool> EndAsync(DeviceIdentity device, Func<DeviceIdentity, EnrolledKey, ETag, CancellationToken, Task<bool>> tryWrite, CancellationToken cancellation)
    {
        while (await keys.ReadKeyAsync(device, cancellation) is ({ } key, var tag))
        {
            if (key.RevokedAt is not null || await tryWrite(device, key with { RevokedAt = time.GetUtcNow() }, tag, cancellation))
            {
                return true;
            }
        }

        return false;
    }
}
