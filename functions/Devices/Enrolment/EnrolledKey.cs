namespace Serverless.Devices.Enrolment;

/// <summary>The key with which a device signs its requests; a device of an app has one.</summary>
/// <param name="PublicKey">P-256, SubjectPublicKeyInfo in DER and base64.</param>
/// <param name="Fingerprint">As in <see cref="DeviceKeyId"/>.</param>
/// <param name="EnrolledAt">When.</param>
/// <param name="EnrolledBy">The hash of the code that it was enrolled with, or <c>certificate</c>.</param>
/// <param name="RevokedAt">When it ceased to be good.</param>
internal sealed record EnrolledKey(string PublicKey, string Fingerprint, DateTimeOffset EnrolledAt, string EnrolledBy, DateTimeOffset? RevokedAt = null)
{
    public const string ByCertificate = "certificate";
}
