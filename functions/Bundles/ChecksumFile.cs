using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Serverless.Bundles.Zip;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>
/// <c>checksum.json</c>: a SHA-256 for every file of a bundle and one over all of them. A build may put one into the zip, and then it must be
/// complete and right; the server publishes its own beside every bundle.
/// <code>{ "content": "…", "files": { "index.html": "…", … }, "package": { "sha256": "…", "crc32": "…", "size": 123 } }</code>
/// <c>content</c> is the SHA-256 of the lines <c>path LF digest LF</c> in ordinal order of the paths. <c>package</c> describes the zip and
/// appears only in the published form. In a zip, a bare object of paths and digests is understood too.
/// </summary>
internal static class ChecksumFile
{
    public const string Name = "checksum.json";

    /// <summary>Longest that is read from a zip, in bytes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Holds the files of a bundle against the <c>checksum.json</c> inside it.</summary>
    /// <returns>The rejection with the first offending path, or null.</returns>
    public static Rejection? Check(ReadOnlyMemory<byte> json, IReadOnlyCollection<BundleFile> files)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            return root.TryGetProperty("files", out var listed) && listed.ValueKind is JsonValueKind.Object
                ? CheckFiles(listed, files) ?? CheckContent(root, files)
                : CheckFiles(root, files);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse("The bundle's checksum.json is not a JSON object of paths and SHA-256 digests.", Name);
        }
    }

    /// <summary>The digest over every path and digest of the bundle, but for a <c>checksum.json</c>, which cannot cover itself.</summary>
    public static Sha256Digest ContentDigest(IEnumerable<BundleFile> files)
    {
        var lines = new StringBuilder();
        foreach (var file in files.Where(file => file.Path != Name).OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            lines.Append(file.Path).Append('\n').Append(file.Sha256.Hex).Append('\n');
        }

        return Sha256Digest.Of(Encoding.UTF8.GetBytes(lines.ToString()));
    }

    /// <summary>The document that is published beside the bundle. The same bundle always gives the same bytes.</summary>
    public static byte[] Write(ImmutableArray<BundleFile> files, BundleDigests zip)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartObject("package");
            json.WriteString("sha256", zip.Sha256.Hex);
            json.WriteString("crc32", zip.Crc32);
            json.WriteNumber("size", zip.Size);
            json.WriteEndObject();
            json.WriteString("content", ContentDigest(files).Hex);
            json.WriteStartObject("files");
            foreach (var file in files)
            {
                json.WriteString(file.Path, file.Sha256.Hex);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static Rejection? CheckFiles(JsonElement listed, IReadOnlyCollection<BundleFile> files)
    {
        var actual = files.Where(file => file.Path != Name).ToDictionary(file => file.Path, file => file.Sha256, StringComparer.Ordinal);
        foreach (var entry in listed.EnumerateObject())
        {
            if (!Sha256Digest.TryParse(entry.Value.GetString(), out var digest) || !actual.Remove(entry.Name, out var found) || found != digest)
            {
                return Refuse("A file is missing or differs from the bundle's checksum.json.", entry.Name);
            }
        }

        return actual.Count == 0 ? null : Refuse("A file is not listed in the bundle's checksum.json.", actual.Keys.Min(StringComparer.Ordinal)!);
    }

    private static Rejection? CheckContent(JsonElement root, IReadOnlyCollection<BundleFile> files) =>
        root.TryGetProperty("content", out var content)
            && !(Sha256Digest.TryParse(content.GetString(), out var digest) && digest == ContentDigest(files))
            ? Refuse("The content digest in the bundle's checksum.json is wrong.", Name)
            : null;

    private static Rejection Refuse(string sentence, string path) => new(RejectionCode.ChecksumMismatch, sentence, ZipNameRules.Shorten(path));
}
