using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Signing.Local;

/// <summary>
/// Development custodian: RSA-2048 keys in files only their owner can read, <c>signing-key.pem</c> and any <c>signing-key*.pem</c> put beside
/// it. The first is made where <see cref="SigningOptions.CreateMissing"/> allows; two processes that start at once end up with the same key.
/// Anyone who can read a file can sign, so it says so at every start, and refuses to sign for a real storage account unless it is told to.
/// </summary>
internal sealed partial class LocalKeyCustodian : ICustodian, IDisposable
{
    private const string FirstFile = "signing-key.pem";
    private const string AnyFile = "signing-key*.pem";

    private readonly SigningOptions _options;
    private readonly ILogger<LocalKeyCustodian> _logger;
    private readonly ConcurrentDictionary<string, Lazy<LocalSigningKey>> _keys = new(StringComparer.Ordinal);

    /// <exception cref="CustodianException">It is not to sign for this storage account.</exception>
    public LocalKeyCustodian(IOptions<SigningOptions> options, BlobServiceClient blobs, ILogger<LocalKeyCustodian> logger)
    {
        _options = options.Value;
        _logger = logger;
        // What lies anywhere else is taken for production: the environment's name is easily forgotten.
        if (blobs.AccountName != StorageEmulator.Account && !_options.AllowLocalKeyInProduction)
        {
            throw new CustodianException(
                $"Signing:Custodian is local, which is for development, and AzureWebJobsStorage names the real account '{blobs.AccountName}': choose a vault or an HSM, or set Signing:AllowLocalKeyInProduction.");
        }
    }

    /// <summary>Looks into the folder each time: a key that is put there signs without a restart.</summary>
    public ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation)
    {
        var found = Directory.Exists(_options.KeyFolder)
            ? Directory.GetFiles(_options.KeyFolder, AnyFile).Select(path => Path.GetFileName(path)).OrderBy(name => name != FirstFile).ThenBy(name => name, StringComparer.Ordinal).ToArray()
            : [];
        return new([.. found.DefaultIfEmpty(FirstFile).Select(Get)]);
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values.Where(key => key.IsValueCreated))
        {
            key.Value.Dispose();
        }
    }

    private static string NewKey()
    {
        using var fresh = RSA.Create(SignatureBlock.Length * 8);
        return fresh.ExportRSAPrivateKeyPem();
    }

    // A failed load is tried again at the next use: the folder may be mounted late.
    private LocalSigningKey Get(string name) => _keys.GetOrAdd(name, static (name, custodian) =>
        new Lazy<LocalSigningKey>(() => custodian.Load(name), LazyThreadSafetyMode.PublicationOnly), this).Value;

    private LocalSigningKey Load(string name)
    {
        var path = Path.Combine(_options.KeyFolder, name);
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(PrivateFile.ReadOrCreate(path, _options.CreateMissing && name == FirstFile ? NewKey : null));
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
