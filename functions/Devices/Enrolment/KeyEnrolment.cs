using System.Security.Cryptography.X509Certificates;
using Azure;
using Serverless.Devices.Authentication;
using Serverless.Devices.Authentication.Certificates;
using Serverless.Updates;

namespace Serverless.Devices.Enrolment;

/// <summary>Takes a device's key in, by a code or by a certificate that names the device. The same call again is answered like the first time.</summary>
internal sealed class KeyEnrolment(AppSnapshots snapshots, EnrolledKeys keys, KeyRevocation revocation, Pepper pepper, TimeProvider time)
{
    private const string Actor = "enrolment";

    /// <param name="device">Who it says it is.</param>
    /// <param name="network">Where it comes from.</param>
    /// <param name="publicKey">What it proved to hold the private half of.</param>
    /// <param name="code">As it came; null for none.</param>
    /// <param name="certificate">Of the connection; null for none.</param>
    /// <param name="cancellation">Gives up; the key may be enrolled all the same.</param>
    /// <returns>Null when the key is not taken.</returns>
    public async Task<DeviceKeyId?> RunAsync(
        DeviceIdentity device, NetworkTag? network, byte[] publicKey, string? code, X509Certificate2? certificate, CancellationToken cancellation)
    {
        var app = await snapshots.GetAsync(device.App, network);
        if (!app.Exists || !app.Authentication.Accepts(AuthenticationMethod.SignedRequest))
        {
            return null;
        }

        var id = DeviceKeyId.Of(device, publicKey, pepper);
        var now = time.GetUtcNow();
        if (code is { Length: > 0 and <= EnrolmentCode.MaxLength })
        {
            return await EnrolAsync(device, id, publicKey, EnrolmentCode.HashOf(code), now, cancellation);
        }

        return certificate is not null && ClientCertificateRule.Judge(app.App, app.Authorities, certificate, now, pepper).Only == device.Device
            ? await EnrolAsync(device, id, publicKey, hash: null, now, cancellation)
            : null;
    }

    private async Task<DeviceKeyId?> EnrolAsync(
        DeviceIdentity device, DeviceKeyId id, byte[] publicKey, string? hash, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = new EnrolledKey(Convert.ToBase64String(publicKey), id.Fingerprint, now, hash ?? EnrolledKey.ByCertificate);
        var (before, tag) = await keys.ReadKeyAsync(device, cancellation);
        if (before is { RevokedAt: null } && before.Fingerprint == key.Fingerprint && before.EnrolledBy == key.EnrolledBy)
        {
            return id;
        }

        // Also when the device that had it was forgotten since.
        if (await keys.IsRevokedAsync(device.App, key.Fingerprint, cancellation))
        {
            return null;
        }

        (EnrolmentCode Code, ETag ETag)? used = null;
        if (hash is not null)
        {
            if (await keys.ReadCodeAsync(device.App, hash, cancellation) is not ({ } code, var codeTag) || !Allows(code, device, before, now))
            {
                return null;
            }

            used = (code, codeTag);
        }
        else if (before is { RevokedAt: not null })
        {
            // Whoever took the key may have taken the certificate with it.
            return null;
        }

        if (!await keys.TryWriteAsync(device, key, before is null ? null : tag, used, cancellation))
        {
            return null;
        }

        if (before is { RevokedAt: null })
        {
            await revocation.RecordAsync(device, Actor, "another key took its place", cancellation);
        }

        return id;
    }

    // A code for anybody must not let its holder take the place of a device that has a key.
    private static bool Allows(EnrolmentCode code, DeviceIdentity device, EnrolledKey? before, DateTimeOffset now) =>
        now < code.ExpiresAt && (code.Device is { } only ? only == device.Device : before is null);
}
