namespace Serverless.Audits;

/// <summary>Where an export keeps what.</summary>
internal static class ExportLayout
{
    public const string RowsSuffix = ".jsonl";

    public static string CatalogFolder(string folder) => Path.Combine(folder, "catalog");

    public static string BlobFolder(string folder, string container) => Path.Combine(folder, "blobs", container);

    public static string Catalog(string folder, string partition) => Within(CatalogFolder(folder), partition + RowsSuffix);

    public static string Blob(string folder, string container, string name) => Within(BlobFolder(folder, container), name);

    // Whoever writes into the storage chooses names.
    private static string Within(string parent, string name)
    {
        var root = Path.GetFullPath(parent) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, name));
        return path.StartsWith(root, StringComparison.Ordinal) ? path : throw new IOException($"The name '{name}' leads out of the export.");
    }
}
