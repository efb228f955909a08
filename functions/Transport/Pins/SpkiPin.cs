using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Transport.Pins;

/// <summary>
/// The name of a public key that apps are pinned to: base64 of SHA-256 over its SubjectPublicKeyInfo in DER (RFC 7469, section 2.4). It stays the same
/// when a certificate is renewed for the same key.
/// </summary>
internal static class SpkiPin
{
    public static string Of(X509Certificate2 certificate) => Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    public static string Of(ReadOnlySpan<byte> subjectPublicKeyInfo) => Convert.ToBase64String(SHA256.HashData(subjectPublicKeyInfo));
}
