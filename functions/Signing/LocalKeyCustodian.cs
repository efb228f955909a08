using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Signing;

/// <summary>
/// Development custodian: an RSA-2048 key in a file only its owner can read. Made at first use; two processes that start at once
/// end up with the same key. Anyone who can read the file can sign, so production uses a vault or an HSM.
/// </summary>
internal sealed class LocalKeyCustodian(IOptions<SigningOptions> options) : ICustodian, IDisposable
{
    private const string FileName = "signing-key.pem";

    private readonly Lazy<LocalSigningKey> _key = new(() => Load(Path.Combine(options.Value.KeyFolder, FileName)));

    public ValueTask<IReadOnlyList<ISigningKey>> GetActiveKeysAsync(CancellationToken cancellation) => new([_key.Value]);

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    private static LocalSigningKey Load(string path)
    {
        var pem = PrivateFile.ReadOrCreate(path, static () =>
        {
            using var fresh = RSA.Create(SignatureBlock.Length * 8);
            return fresh.ExportRSAPrivateKeyPem();
        });

        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return new LocalSigningKey(rsa);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw new CustodianException($"The key file '{path}' (Signing:KeyFolder) does not hold an RSA-2048 private key in PEM form.", e);
        }
    }
}
