using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Serverless.Devices.Authentication.Signatures;

/// <summary>
/// The signature of a request (RFC 9421), read but not verified. A request carries one, made by ECDSA on P-256 with SHA-256 (3.3.4) over
/// components that have no parameters.
/// </summary>
internal sealed record MessageSignature
{
    public const string InputHeader = "Signature-Input";
    public const string Header = "Signature";

    private const string Algorithm = "ecdsa-p256-sha256";
    private const int MaxComponents = 16;
    private const int SignatureBytes = 64;

    /// <summary>What is signed, in its order: names of fields in lower case, and derived components such as <c>@method</c>.</summary>
    public required ImmutableArray<string> Components { get; init; }

    /// <summary>The value of <c>@signature-params</c>, as it came.</summary>
    public required string Parameters { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null when the signature does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public required string Nonce { get; init; }

    public required string KeyId { get; init; }

    /// <summary>r and s, 32 bytes each.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <returns>Null when the headers are not those of exactly one signature of this form.</returns>
    public static MessageSignature? Read(IHeaderDictionary headers) =>
        headers[InputHeader] is [{ } input] && headers[Header] is [{ } signature] ? Parse(input, signature) : null;

    /// <param name="input">The header <c>Signature-Input</c>.</param>
    /// <param name="signature">The header <c>Signature</c>.</param>
    public static MessageSignature? Parse(string input, string signature)
    {
        if (StructuredDictionary.Parse(input) is not [{ Items: { Length: <= MaxComponents } items } told]
            || StructuredDictionary.Parse(signature) is not [{ Value.Bytes: { Length: SignatureBytes } bytes, Parameters.Length: 0 } made]
            || told.Key != made.Key
            || items.Any(item => item.Parameters.Length > 0 || item.Value.String is not { Length: > 0 })
            || items.DistinctBy(item => item.Value).Count() != items.Length)
        {
            return null;
        }

        var known = new Known();
        return told.Parameters.All(known.Take) && known is { Created: { } created, Nonce: { } nonce, KeyId: { } keyId }
            ? new MessageSignature
            {
                Components = [.. items.Select(item => item.Value.Text)],
                Parameters = told.Text,
                CreatedAt = created,
                ExpiresAt = known.Expires,
                Nonce = nonce,
                KeyId = keyId,
                Signature = bytes,
            }
            : null;
    }

    /// <summary>The parameters of the signature, as far as they were read.</summary>
    private sealed class Known
    {
        public DateTimeOffset? Created { get; private set; }

        public DateTimeOffset? Expires { get; private set; }

        public string? Nonce { get; private set; }

        public string? KeyId { get; private set; }

        /// <returns>False for a parameter that is not known, or of another type.</returns>
        public bool Take(FieldParameter parameter) => parameter.Key switch
        {
            "created" => (Created = Time(parameter.Value)) is not null,
            "expires" => (Expires = Time(parameter.Value)) is not null,
            "nonce" => (Nonce = parameter.Value.String) is not null,
            "keyid" => (KeyId = parameter.Value.String) is not null,
            "alg" => parameter.Value.String == Algorithm,
            "tag" => parameter.Value.String is not null,
            _ => false,
        };

        // The years that a DateTimeOffset can tell.
        private static DateTimeOffset? Time(BareItem value) =>
            value.Integer is >= 0 and <= 253_402_300_799 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }
}
