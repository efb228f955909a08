using System.Text;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>
/// Copies what an audit reads into a folder: <c>catalog/{partition}.jsonl</c>, one row a line, and <c>blobs/{container}/{name}</c>. It holds no
/// device data and no secret but the bundles themselves.
/// </summary>
internal sealed class AuditExport(IAuditSource source, Action<string>? progress = null)
{
    private static readonly string[] Exported = [Containers.Seals, Containers.Bundles, Containers.Files];

    /// <param name="folder">Made when it is missing; files of an earlier export are replaced.</param>
    /// <param name="cancellation">Stops between rows and blobs.</param>
    /// <exception cref="IOException">A name in storage would lead out of the folder, or the disk failed.</exception>
    public async Task RunAsync(string folder, CancellationToken cancellation)
    {
        // Seals before rows: no seal is then ahead of the rows beside it. Bytes last: what a row names was there before it.
        await CopyBlobsAsync(folder, Containers.Seals, cancellation);
        await foreach (var partition in source.ListPartitionsAsync(cancellation))
        {
            progress?.Invoke(partition);
            await CopyRowsAsync(ExportLayout.Catalog(folder, partition), partition, cancellation);
        }

        foreach (var container in Exported[1..])
        {
            await CopyBlobsAsync(folder, container, cancellation);
        }
    }

    private async Task CopyRowsAsync(string file, string partition, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using var lines = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        await foreach (var row in source.ReadRowsAsync(partition, "", cancellation))
        {
            await lines.WriteLineAsync(ExportedRow.Write(row).AsMemory(), cancellation);
        }
    }

    private async Task CopyBlobsAsync(string folder, string container, CancellationToken cancellation)
    {
        await foreach (var name in source.ListBlobsAsync(container, "", cancellation))
        {
            progress?.Invoke($"{container}/{name}");
            var path = ExportLayout.Blob(folder, container, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var content = await source.OpenAsync(container, name, cancellation) ?? Stream.Null;
            await using var file = File.Create(path);
            await content.CopyToAsync(file, cancellation);
        }
    }
}
