using System.Text.Json.Serialization;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Deltas;

/// <summary>One file of a release, as a device that downloads only what changed gets it.</summary>
internal sealed record ListedFile
{
    /// <summary>Relative to the folder of <c>index.html</c>, with <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Of the content as it lies on the device.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>It travels as a Brotli stream.</summary>
    public required bool IsCompressed { get; init; }

    /// <summary>What a download takes, in bytes.</summary>
    public required long TransferSize { get; init; }

    /// <summary>In a list for a signing key: the signature over the digest's 32 bytes, as 512 hex digits.</summary>
    public string? Signature { get; init; }

    /// <summary>In a list for a signing key: of the encrypted blob, which it names.</summary>
    public Sha256Digest? CiphertextSha256 { get; init; }

    /// <summary>The plugin takes a trailing <c>.br</c> off the name and the compression with it, so a file that really ends so travels with two.</summary>
    [JsonIgnore]
    public string WireName => IsCompressed ? $"{Path}.br" : Path;

    /// <summary>What the plugin holds the content against.</summary>
    [JsonIgnore]
    public string WireHash => Signature ?? Sha256.Hex;

    public string BlobOf(AppId app, BundleVersion version) =>
        CiphertextSha256 is { } ciphertext ? FileBlobs.Encrypted(app, version, ciphertext) : FileBlobs.Plain(Sha256, IsCompressed);
}
