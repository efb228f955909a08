using Serverless.Devices;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>
/// Which offers this instance has found or put in the ledger of offers, one a device, so that a device that asks again soon costs no storage operation and
/// one that asks later costs a read alone. In memory and bounded; what is forgotten is looked up. It says nothing that storage does not hold, but may say it
/// for <see cref="MaxAge"/> after another instance has heard more: no longer than a snapshot may be behind a withdrawal.
/// </summary>
internal sealed class WrittenOffers(TimeProvider time)
{
    /// <summary>How long it is relied on that a device has reported nothing; after that, storage is asked.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);

    /// <summary>Devices, of some 200 bytes each.</summary>
    public const int MaxRemembered = 100_000;

    private readonly RecentEntries<DevicePseudonym, Written> _written = new(MaxRemembered);

    /// <summary>Devices remembered now.</summary>
    public int Count => _written.Count;

    /// <param name="device">Of one app: a device has another pseudonym in another app.</param>
    /// <param name="version">What it was offered.</param>
    /// <param name="outcome">As it is stored now.</param>
    public void Remember(DevicePseudonym device, BundleVersion version, DeviceOutcome outcome)
    {
        var nothingElse = outcome == DeviceOutcome.Unknown with { OfferedAt = outcome.OfferedAt };
        _written.Set(device, new Written(version, nothingElse ? outcome.OfferedAt : null, time.GetUtcNow()));
    }

    /// <summary>Whether there should be a row to read.</summary>
    public bool Knows(DevicePseudonym device, BundleVersion version) => Find(device, version) is not null;

    /// <returns>The outcome of a device that has not been heard of since it was offered the release; null when that is not known or was read too long ago.</returns>
    public DeviceOutcome? FindUnheard(DevicePseudonym device, BundleVersion version) =>
        Find(device, version) is { OfferedAt: { } offered, ReadAt: var read } && time.GetUtcNow() - read < MaxAge
            ? DeviceOutcome.Unknown with { OfferedAt = offered }
            : null;

    /// <summary>For a device of which more is known from now on, or nothing at all.</summary>
    public void Forget(DevicePseudonym device) => _written.Remove(device);

    private Written? Find(DevicePseudonym device, BundleVersion version) =>
        _written.TryGet(device, out var written) && written!.Version == version ? written : null;

    /// <param name="Version">What the device was offered.</param>
    /// <param name="OfferedAt">Null when more is stored than that.</param>
    /// <param name="ReadAt">When storage said so.</param>
    private sealed record Written(BundleVersion Version, DateTimeOffset? OfferedAt, DateTimeOffset ReadAt);
}
