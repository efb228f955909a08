using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Signing.Local;

/// <summary>
/// Development custodian: an RSA-2048 key in a file only its owner can read. Made at first use where <see cref="SigningOptions.CreateMissing"/>
/// allows; two processes that start at once end up with the same key. Anyone who can read the file can sign, so it says so at every start,
/// and refuses to sign for a real storage account unless it is told to.
/// </summary>
internal sealed partial class LocalKeyCustodian : ICustodian, IDisposable
{
    private const string FileName = "signing-key.pem";

    /// <summary>The storage emulator's account. What lies anywhere else is taken for production: the environment's name is easily forgotten.</summary>
    private const string EmulatorAccount = "devstoreaccount1";

    private readonly SigningOptions _options;
    private readonly ILogger<LocalKeyCustodian> _logger;
    private readonly Lazy<LocalSigningKey> _key;

    /// <exception cref="CustodianException">It is not to sign for this storage account.</exception>
    public LocalKeyCustodian(IOptions<SigningOptions> options, BlobServiceClient blobs, ILogger<LocalKeyCustodian> logger)
    {
        _options = options.Value;
        _logger = logger;
        if (blobs.AccountName != EmulatorAccount && !_options.AllowLocalKeyInProduction)
        {
            throw new CustodianException(
                $"Signing:Custodian is local, which is for development, and AzureWebJobsStorage names the real account '{blobs.AccountName}': choose a vault or an HSM, or set Signing:AllowLocalKeyInProduction.");
        }

        // A failed load is tried again at the next use: the folder may be mounted late.
        _key = new(Load, LazyThreadSafetyMode.PublicationOnly);
    }

    public ValueTask<IReadOnlyList<ISigningKey>> GetActiveKeysAsync(CancellationToken cancellation) => new([_key.Value]);

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    private static string NewKey()
    {
        using var fresh = RSA.Create(SignatureBlock.Length * 8);
        return fresh.ExportRSAPrivateKeyPem();
    }

    private LocalSigningKey Load()
    {
        var path = Path.Combine(_options.KeyFolder, FileName);
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(PrivateFile.ReadOrCreate(path, _options.CreateMissing ? NewKey : null));
            LogDevelopmentKey(path);
            return new LocalSigningKey(rsa);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw new CustodianException($"The key file '{path}' (Signing:KeyFolder) does not hold an RSA-2048 private key in PEM form.", e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Releases are signed with the development key {Path}: whoever can read that file can sign.")]
    private partial void LogDevelopmentKey(string path);
}
