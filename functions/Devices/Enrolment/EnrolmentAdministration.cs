using Serverless.Access;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Devices.Enrolment;

/// <summary>Hands out codes to enrol keys with, and ends keys.</summary>
internal sealed class EnrolmentAdministration(ReleaseCatalog catalog, EnrolledKeys keys, KeyRevocation revocation, Pepper pepper, TimeProvider time)
{
    /// <returns>What speaks against it, or the codes.</returns>
    public async Task<(Problem? Problem, EnrolmentCodeList? Codes)> IssueAsync(Principal by, AppId app, EnrolmentOrder order, CancellationToken cancellation)
    {
        if (order.Count is < 1 or > EnrolmentOrder.MaxCount || (order.Device is not null && order.Count > 1))
        {
            return (Problem.InvalidMember("count"), null);
        }

        var life = order.ValidFor ?? EnrolmentOrder.UsualLife;
        if (life < EnrolmentOrder.MinLife || life > EnrolmentOrder.MaxLife)
        {
            return (Problem.InvalidMember("validFor"), null);
        }

        DevicePseudonym? device = null;
        if (order.Device is not null)
        {
            if (DeviceIdentity.Parse(app.Value, order.Device, pepper, out var identity) is not null)
            {
                return (Problem.InvalidMember("device"), null);
            }

            device = identity.Device;
        }

        var now = time.GetUtcNow();
        var issued = Enumerable.Range(0, order.Count).Select(_ => EnrolmentCode.Issue(now + life, device)).ToArray();

        // A row of the ledger without its codes is harmless; the other way around it would not be.
        var words = $"{order.Count} until {now + life:O}";
        await catalog.ChangeAsync(
            app,
            (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange
            {
                Ledger = [new LedgerEntry(LedgerKind.EnrolmentIssued, by.Id, device is { } only ? $"{only}" : "any device", words)],
            }),
            cancellation);
        await keys.AddCodesAsync(app, issued.Select(code => code.Code), now, cancellation);
        return (null, new EnrolmentCodeList([.. issued.Select(code => code.Text)], now + life));
    }

    public async Task<DeviceKeyDescription> ReadAsync(DeviceIdentity device, CancellationToken cancellation)
    {
        var (key, _) = await keys.ReadKeyAsync(device, cancellation);
        return new DeviceKeyDescription(device.Device.Hex, key?.EnrolledAt, key?.RevokedAt);
    }

    /// <summary>Idempotent.</summary>
    public async Task<DeviceKeyDescription> RevokeAsync(Principal by, DeviceIdentity device, CancellationToken cancellation)
    {
        await revocation.RunAsync(device, by.Id, cancellation);
        return await ReadAsync(device, cancellation);
    }
}
