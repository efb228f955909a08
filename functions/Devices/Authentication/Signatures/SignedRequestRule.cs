using System.Security.Cryptography;

namespace Serverless.Devices.Authentication.Signatures;

/// <summary>What a signed request has to be. Pure.</summary>
internal static class SignedRequestRule
{
    private const int MinNonce = 16;
    private const int MaxNonce = 64;

    /// <returns>What is wrong with it, whoever signed it, as a word for counting; null when nothing is.</returns>
    public static string? FindDefect(SignedRequest request, DateTimeOffset now) => request.Signature switch
    {
        { Nonce.Length: < MinNonce or > MaxNonce } => "bad_nonce",
        { CreatedAt: var at } when !SeenNonces.IsTimely(at, now) => "untimely_signature",
        { ExpiresAt: { } end } when end <= now => "untimely_signature",
        _ => request.IsWhole() ? null : "incomplete_signature",
    };

    /// <param name="request">The request.</param>
    /// <param name="publicKey">A P-256 key, SubjectPublicKeyInfo in DER.</param>
    public static bool IsSignedBy(SignedRequest request, ReadOnlySpan<byte> publicKey)
    {
        if (request.Text() is not { } text)
        {
            return false;
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key.VerifyData(text, request.Signature.Signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
