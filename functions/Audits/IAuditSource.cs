using Azure.Data.Tables;

namespace Serverless.Audits;

/// <summary>What an audit reads, and all it reads: the storage account itself, or an export of it. Rows and names come in ordinal order.</summary>
internal interface IAuditSource
{
    /// <summary>The partitions of the catalog: every app, and the chain that belongs to none.</summary>
    IAsyncEnumerable<string> ListPartitionsAsync(CancellationToken cancellation);

    /// <summary>The catalog's rows whose key begins with the prefix, as they are stored.</summary>
    IAsyncEnumerable<TableEntity> ReadRowsAsync(string partition, string prefix, CancellationToken cancellation);

    IAsyncEnumerable<string> ListBlobsAsync(string container, string prefix, CancellationToken cancellation);

    /// <returns>The content, or null when there is no such blob.</returns>
    Task<Stream?> OpenAsync(string container, string name, CancellationToken cancellation);
}
