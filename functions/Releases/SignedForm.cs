namespace Serverless.Releases;

/// <summary>What a device with a signing key gets: the encrypted zip, and signatures it can open with the public key in the app.</summary>
internal sealed record SignedForm
{
    /// <summary>Of the signing key.</summary>
    public required string KeyId { get; init; }

    /// <summary><c>base64(16-byte IV):base64(signature over the 16-byte AES key)</c>.</summary>
    public required string SessionKey { get; init; }

    /// <summary>Signature over the 32-byte SHA-256 of the plain zip: 512 hex digits.</summary>
    public required string Checksum { get; init; }

    /// <summary>For plugins before 5.30, 6.30 and 7.30: base64 of the signature over the 48 bytes that base64-decoding the hex digest gives.</summary>
    public required string LegacyChecksum { get; init; }

    /// <summary>Of the encrypted zip, which names its blob.</summary>
    public required Sha256Digest CiphertextSha256 { get; init; }

    /// <summary>Of the encrypted zip, in bytes.</summary>
    public required long CiphertextSize { get; init; }

    /// <summary>The list of the encrypted files; null where there is only the zip.</summary>
    public Sha256Digest? FileList { get; init; }

    /// <summary>Of the release document that this form's key signed, which names its blob; null only before it is signed.</summary>
    public Sha256Digest? Document { get; init; }
}
