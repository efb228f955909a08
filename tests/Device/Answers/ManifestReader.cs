using System.Text.Json;
using Serverless.Device.Bundles;

namespace Serverless.Device.Answers;

/// <summary>Reads the file list of a delta update; one bad entry fails the whole update on a device.</summary>
internal static class ManifestReader
{
    private const string BrotliSuffix = ".br";

    public static IReadOnlyList<ManifestFile> Read(JsonElement json)
    {
        if (json.Field("manifest", JsonValueKind.Array) is not { } manifest)
        {
            return [];
        }
        if (manifest.GetArrayLength() == 0)
        {
            throw new HarmfulAnswerException("An empty manifest installs an empty bundle.");
        }

        var files = manifest.EnumerateArray().Select(ReadFile).ToList();
        var targets = new HashSet<string>(StringComparer.Ordinal);
        return files.Find(file => !targets.Add(Target(file))) is { } duplicate
            ? throw new HarmfulAnswerException($"The manifest holds '{duplicate.Name}' twice.")
            : files;
    }

    private static ManifestFile ReadFile(JsonElement entry)
    {
        if (entry.ValueKind is not JsonValueKind.Object
            || entry.Text("file_name") is not { Length: > 0 } name
            || entry.Text("file_hash") is not { Length: > 0 } hash)
        {
            throw new HarmfulAnswerException("A manifest entry lacks its name or its hash.");
        }
        return EntryName.Refusal(name) is { } reason
            ? throw new HarmfulAnswerException($"The manifest names '{name}': {reason}.")
            : new ManifestFile(name, hash, UpdateAnswerReader.ReadUrl(entry.Text("download_url"), "download_url"));
    }

    /// <summary>Two entries with one target, such as <c>a.js</c> and <c>a.js.br</c>, are refused.</summary>
    private static string Target(ManifestFile file) =>
        file.Name.EndsWith(BrotliSuffix, StringComparison.Ordinal) ? file.Name[..^BrotliSuffix.Length] : file.Name;
}
