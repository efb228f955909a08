namespace Serverless.Devices.Enrolment;

/// <summary>Codes that somebody wants, for devices to enrol keys with.</summary>
/// <param name="Count">How many; one when they are for a device.</param>
/// <param name="ValidFor">How long, a day when nothing is said.</param>
/// <param name="Device">The device id of the only one that may use it, which may have a key already.</param>
internal sealed record EnrolmentOrder(int Count = 1, TimeSpan? ValidFor = null, string? Device = null)
{
    /// <summary>What one transaction takes.</summary>
    public const int MaxCount = 100;

    public static readonly TimeSpan MaxLife = TimeSpan.FromDays(30);

    public static readonly TimeSpan MinLife = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan UsualLife = TimeSpan.FromDays(1);
}

/// <param name="Codes">To be handed out; nobody can tell them afterwards.</param>
/// <param name="ExpiresAt">From then on they are good for nothing.</param>
internal sealed record EnrolmentCodeList(IReadOnlyList<string> Codes, DateTimeOffset ExpiresAt);

/// <summary>A device's key as people see it.</summary>
/// <param name="Device">Its pseudonym.</param>
/// <param name="EnrolledAt">Null when it has no key.</param>
/// <param name="RevokedAt">Null while the key is good.</param>
internal sealed record DeviceKeyDescription(string Device, DateTimeOffset? EnrolledAt, DateTimeOffset? RevokedAt);
