using Azure.Data.Tables;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Deltas;

/// <summary>
/// Signatures over single files. A key signs a file once: the signature is the same every time, most files recur from release to release, and
/// an intake that was interrupted goes on where it stopped.
/// </summary>
internal sealed class FileSignatures(TableServiceClient tables)
{
    private const string Signature = "Signature";

    private readonly TableClient _table = tables.GetTableClient(Tables.FileSignatures);

    /// <param name="key">Signs.</param>
    /// <param name="file">Of its content.</param>
    /// <param name="isNew">Nobody has stored the file before, and so nobody looks for its signature.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>256 bytes that open with the key to the digest: the row that held them is not taken at its word.</returns>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not open with its own public key.</exception>
    public async Task<byte[]> SignAsync(ISigningKey key, Sha256Digest file, bool isNew, CancellationToken cancellation)
    {
        var (partition, row) = (FileSignatureKeys.Partition(key.PublicKey.KeyId, file), FileSignatureKeys.File(file));
        if (!isNew && await FindAsync(partition, row, cancellation) is { } stored && key.PublicKey.Verifies(stored, file.ToBytes()))
        {
            return stored;
        }

        var signature = await key.For(SignaturePurpose.File).SignProvenAsync(file.ToBytes(), cancellation);
        await _table.UpsertEntityAsync(new TableEntity(partition, row) { [Signature] = signature }, TableUpdateMode.Replace, cancellation);
        return signature;
    }

    private async Task<byte[]?> FindAsync(string partition, string row, CancellationToken cancellation)
    {
        var known = await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        return known.HasValue ? known.Value!.GetBinary(Signature) : null;
    }
}
