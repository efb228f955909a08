using Serverless.Devices;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Outcomes;

/// <summary>
/// What this instance has found or put in the ledger of offers, one release a device, so that a device that asks again costs no storage operation. In memory
/// and bounded; what is forgotten is looked up. It says nothing that storage did not hold when it was read. What this instance hears of a device ends it; what
/// another one hears is known by <see cref="Narrowings"/> where the device might not be offered the release any more, and after <see cref="AgeOf"/> otherwise.
/// </summary>
internal sealed class WrittenOffers(TimeProvider time)
{
    /// <summary>The longest that it is relied on that nothing was heard of a device, beyond what narrows its terms; after that, storage is asked.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    /// <summary>Devices, of some 200 bytes each, and 400 for those that were heard of.</summary>
    public const int MaxRemembered = 100_000;

    private const ulong Ages = 1024;

    private readonly RecentEntries<DevicePseudonym, Written> _written = new(MaxRemembered);

    /// <summary>Devices remembered now.</summary>
    public int Count => _written.Count;

    /// <param name="device">Of one app: a device has another pseudonym in another app.</param>
    /// <param name="version">What it was offered.</param>
    /// <param name="outcome">As it is stored now.</param>
    /// <param name="narrowings">Of the device's partition, as read before the outcome; null when it was not.</param>
    /// <param name="readAt">When storage was asked for the outcome: it may have taken its time, in which the device was heard of.</param>
    public void Remember(DevicePseudonym device, BundleVersion version, DeviceOutcome outcome, long? narrowings, DateTimeOffset readAt) =>
        _written.Set(device, new Written(version, outcome.OfferedAt, outcome == Unheard(outcome.OfferedAt) ? null : outcome, narrowings, readAt));

    /// <summary>Whether there should be a row to read.</summary>
    public bool Knows(DevicePseudonym device, BundleVersion version) => Read(device, version) is not null;

    /// <param name="device">The device.</param>
    /// <param name="version">What it is to be offered.</param>
    /// <param name="narrowings">Of its partition, as read within <see cref="Narrowings.MaxAge"/>; null when it was not.</param>
    /// <returns>What is known of the device and the release; null when nothing is, it was read too long ago, or terms of devices beside it have changed since.</returns>
    public DeviceOutcome? Find(DevicePseudonym device, BundleVersion version, long? narrowings) =>
        Read(device, version) is { } written && IsCurrent(device, written, narrowings) ? written.Heard ?? Unheard(written.OfferedAt) : null;

    /// <summary>
    /// Between half and all of <see cref="MaxAge"/>, by the device: a crowd that was offered a release within a second would otherwise be looked up within a
    /// second again, minute after minute.
    /// </summary>
    public static TimeSpan AgeOf(DevicePseudonym device) => MaxAge * (Ages + (device.Bits % Ages)) / (2 * Ages);

    /// <summary>For a device of which more is known from now on, or nothing at all.</summary>
    public void Forget(DevicePseudonym device) => _written.Remove(device);

    private static DeviceOutcome Unheard(DateTimeOffset? offered) => DeviceOutcome.Unknown with { OfferedAt = offered };

    private bool IsCurrent(DevicePseudonym device, Written written, long? narrowings)
    {
        var age = time.GetUtcNow() - written.ReadAt;
        return age < Narrowings.MaxAge || (narrowings is not null && narrowings == written.Narrowings && age < AgeOf(device));
    }

    private Written? Read(DevicePseudonym device, BundleVersion version) =>
        _written.TryGet(device, out var written) && written!.Version == version ? written : null;

    /// <param name="Version">What the device was offered.</param>
    /// <param name="OfferedAt">When; all that most rows hold.</param>
    /// <param name="Heard">The outcome, if it is more than an offer.</param>
    /// <param name="Narrowings">Of the device's partition, from before <paramref name="ReadAt"/>.</param>
    /// <param name="ReadAt">When storage was asked.</param>
    private sealed record Written(BundleVersion Version, DateTimeOffset? OfferedAt, DeviceOutcome? Heard, long? Narrowings, DateTimeOffset ReadAt);
}
