using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace Serverless.Audits;

/// <summary>What <see cref="AuditExport"/> wrote. No network is used.</summary>
internal sealed class ExportAuditSource(string folder) : IAuditSource
{
    public IAsyncEnumerable<string> ListPartitionsAsync(CancellationToken cancellation) => Files(ExportLayout.CatalogFolder(folder), ExportLayout.RowsSuffix)
        .Select(name => name[..^ExportLayout.RowsSuffix.Length]).ToAsyncEnumerable();

    public async IAsyncEnumerable<TableEntity> ReadRowsAsync(string partition, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var file = ExportLayout.Catalog(folder, partition);
        if (!File.Exists(file))
        {
            yield break;
        }

        await foreach (var line in File.ReadLinesAsync(file, cancellation))
        {
            if (ExportedRow.Read(line) is var row && row.RowKey.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return row;
            }
        }
    }

    public IAsyncEnumerable<string> ListBlobsAsync(string container, string prefix, CancellationToken cancellation) =>
        Files(ExportLayout.BlobFolder(folder, container), "").Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable();

    public Task<Stream?> OpenAsync(string container, string name, CancellationToken cancellation)
    {
        var path = ExportLayout.Blob(folder, container, name);
        return Task.FromResult<Stream?>(File.Exists(path) ? File.OpenRead(path) : null);
    }

    private static IEnumerable<string> Files(string parent, string suffix) => Directory.Exists(parent)
        ? Directory.EnumerateFiles(parent, "*" + suffix, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(parent, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)
        : [];
}
