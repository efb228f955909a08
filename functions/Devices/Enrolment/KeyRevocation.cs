using Serverless.Devices.Authentication;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Devices.Enrolment;

/// <summary>Ends enrolled keys. What instances remember of any of the app's keys ends with them, with the next snapshot.</summary>
internal sealed class KeyRevocation(EnrolledKeys keys, ReleaseCatalog catalog, AppSnapshots snapshots, TimeProvider time)
{
    /// <summary>Idempotent; a device without a key is left alone.</summary>
    public async Task RunAsync(DeviceIdentity device, string actor, CancellationToken cancellation)
    {
        while (await keys.ReadKeyAsync(device, cancellation) is ({ } key, var tag))
        {
            // First the row: an instance that read it between the two would remember it for long.
            if (key.RevokedAt is not null || await keys.TryWriteAsync(device, key with { RevokedAt = time.GetUtcNow() }, tag, code: null, cancellation))
            {
                await RecordAsync(device, actor, "revoked", cancellation);
                return;
            }
        }
    }

    /// <summary>Tells that a key is good no more.</summary>
    public async Task RecordAsync(DeviceIdentity device, string actor, string why, CancellationToken cancellation)
    {
        await catalog.ChangeAsync(
            device.App,
            async (_, token) =>
            {
                var before = await catalog.ReadAuthenticationAsync(device.App, token);
                return AuthenticationActs.Change(
                    before with { Revocations = before.Revocations + 1 }, new LedgerEntry(LedgerKind.DeviceKeyRevoked, actor, $"{device.Device}", why));
            },
            cancellation);
        snapshots.Invalidate(device.App);
    }
}
