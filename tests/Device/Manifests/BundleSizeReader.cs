using System.Text.Json;
using Serverless.Device.Answers;

namespace Serverless.Device.Manifests;

/// <summary>Reads the answer to a question for sizes; everything but a success means that nothing is known.</summary>
internal static class BundleSizeReader
{
    /// <exception cref="HarmfulAnswerException">The answer does not say what was asked, or does not add up.</exception>
    public static BundleSize Read(HttpAnswer answer, IReadOnlyList<ManifestFile> asked)
    {
        if (!answer.IsSuccess)
        {
            return BundleSize.Unknown(asked);
        }

        var json = AnswerJson.ParseObject(answer);
        if (json.Error() is not null)
        {
            return BundleSize.Unknown(asked);
        }
        var files = json.Field("files", JsonValueKind.Array)?.EnumerateArray().Select(ReadFile).ToList() ?? [];
        var known = files.FindAll(file => file.Size is not null);
        var size = new BundleSize(json.Integer("totalSize") ?? -1, known.Count, files.Count - known.Count, files);
        var adds = Total(known) == size.TotalSize
            && json.Integer("knownFiles") == size.KnownFiles
            && json.Integer("unknownFiles") == size.UnknownFiles
            && files.Select(file => (file.Name, file.Hash)).SequenceEqual(asked.Select(file => (file.Name, file.Hash)));
        return adds ? size : throw new HarmfulAnswerException("The sizes do not add up, or are not those of the files asked for.");
    }

    private static FileSize ReadFile(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object
            || json.Text("file_name") is not { } name
            || json.Text("file_hash") is not { } hash)
        {
            throw new HarmfulAnswerException("A size lacks the name or the hash of its file.");
        }
        var size = json.Integer("size");
        return size >= 0 || (size is null && json.Text("error") is { Length: > 0 })
            ? new FileSize(name, hash, size)
            : throw new HarmfulAnswerException($"The size of '{name}' is neither a number of bytes nor an error.");
    }

    private static decimal Total(List<FileSize> files) => files.Sum(file => (decimal)file.Size!.Value);
}
