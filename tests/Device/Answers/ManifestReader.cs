using System.Text.Json;

namespace Serverless.Device.Answers;

/// <summary>Reads the file list of a delta update; one bad entry fails the whole update on a device.</summary>
internal static class ManifestReader
{
    public static IReadOnlyList<ManifestFile> Read(JsonElement json)
    {
        if (json.Field("manifest", JsonValueKind.Array) is not { } manifest)
        {
            return [];
        }
        return manifest.GetArrayLength() > 0
            ? [.. manifest.EnumerateArray().Select(ReadFile)]
            : throw new HarmfulAnswerException("An empty manifest installs an empty bundle.");
    }

    private static ManifestFile ReadFile(JsonElement entry) =>
        entry.ValueKind is JsonValueKind.Object
        && entry.Text("file_name") is { Length: > 0 } name
        && entry.Text("file_hash") is { Length: > 0 } hash
            ? new ManifestFile(name, hash, UpdateAnswerReader.ReadUrl(entry.Text("download_url"), "download_url"))
            : throw new HarmfulAnswerException("A manifest entry lacks its name or its hash.");
}
