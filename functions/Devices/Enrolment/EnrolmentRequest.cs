using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Serverless.Devices.Enrolment;

/// <summary>A device's wish to sign its requests with a key of its own. The request itself is signed with that key.</summary>
internal sealed record EnrolmentRequest
{
    private const int MaxKeyText = 256;

    [JsonPropertyName("app_id")]
    public string? AppId { get; init; }

    [JsonPropertyName("device_id")]
    public string? DeviceId { get; init; }

    /// <summary>P-256, SubjectPublicKeyInfo in DER and base64.</summary>
    [JsonPropertyName("public_key")]
    public string? PublicKey { get; init; }

    /// <summary>Null when a client certificate says who it is.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    /// <returns>The key, in the one form in which it is stored; null when it is none that is taken.</returns>
    public byte[]? ReadKey()
    {
        if (PublicKey is not { Length: > 0 and <= MaxKeyText } || !Base64.IsValid(PublicKey))
        {
            return null;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(PublicKey), out _);
            return key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value ? key.ExportSubjectPublicKeyInfo() : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <param name="KeyId">What the device sends as <c>keyid</c> from now on.</param>
internal sealed record EnrolmentAnswer([property: JsonPropertyName("key_id")] string KeyId);
