using System.Collections.Immutable;
using System.Text.Json;
using Serverless.Releases;

namespace Serverless.Deltas;

/// <summary>
/// Every file of a release but the empty ones, which cannot be encrypted; ordered by path. A release has one list for devices without a key
/// and one for each signing key. Stored as a blob that its own digest names, and the release's row names the digest.
/// </summary>
internal sealed record FileList(ImmutableArray<ListedFile> Files)
{
    private const string Index = "index.html";

    /// <summary>A device that gets no <c>index.html</c> has nothing to show: such a list is never offered.</summary>
    public bool IsInstallable => Files.Any(file => file.Path == Index);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PipelineJson.Default.FileList);

    /// <param name="json">As stored.</param>
    /// <param name="expected">From the release's row.</param>
    /// <returns>Null when these are not the bytes the digest was taken of.</returns>
    public static FileList? Parse(ReadOnlySpan<byte> json, Sha256Digest expected) =>
        Sha256Digest.Of(json) == expected ? JsonSerializer.Deserialize(json, PipelineJson.Default.FileList) : null;
}
