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

    /// <returns>256 bytes that open with the key to the digest: the row that held them is not taken at its word.</returns>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not open with its own public key.</exception>
    public async Task<byte[]> SignAsync(ISigningKey key, Sha256Digest file, CancellationToken cancellation)
    {
        var (partition, row) = (FileSignatureKeys.Partition(key.PublicKey.KeyId, file), FileSignatureKeys.File(file));
        var known = await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        if (known.HasValue && known.Value!.GetBinary(Signature) is { } stored && key.PublicKey.Verifies(stored, file.ToBytes()))
        {
            return stored;
        }

        var signature = await key.For(SignaturePurpose.File).SignProvenAsync(file.ToBytes(), cancellation);
        await _table.UpsertEntityAsync(new TableEntity(partition, row) { [Signature] = signature }, TableUpdateMode.Replace, cancellation);
        return signature;
    }
}
