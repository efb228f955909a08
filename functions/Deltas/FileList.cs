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

    /// <summary>Reads a stored list.</summary>
    /// <param name="stored">The blob, or null for none.</param>
    /// <param name="expected">From the release's row.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when there is none, or these are not the bytes the digest was taken of.</returns>
    public static async Task<FileList?> ReadAsync(Stream? stored, Sha256Digest expected, CancellationToken cancellation)
    {
        if (stored is null)
        {
            return null;
        }

        using var json = new MemoryStream();
        await stored.CopyToAsync(json, cancellation);
        return Parse(json.GetBuffer().AsSpan(0, (int)json.Length), expected);
    }

    /// <param name="json">As stored.</param>
    /// <param name="expected">From the release's row.</param>
    /// <returns>Null when these are not the bytes the digest was taken of.</returns>
    public static FileList? Parse(ReadOnlySpan<byte> json, Sha256Digest expected) =>
        Sha256Digest.Of(json) == expected ? JsonSerializer.Deserialize(json, PipelineJson.Default.FileList) : null;
}
