using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;
using Microsoft.Extensions.Options;

namespace Serverless.Signing.KeyVault;

/// <summary>Keys in Azure Key Vault, used by the app's managed identity. Looked up at first use; the vault alone ever holds the private halves.</summary>
internal sealed class KeyVaultCustodian : ICustodian
{
    private const int MaxRetries = 4;

    private readonly KeyVaultOptions _options;
    private readonly KeyVaultCalls _calls;
    private readonly TimeProvider _time;
    private readonly TokenCredential _identity;
    private readonly HttpPipelineTransport? _transport;
    private readonly KeyClient _keys;
    private IReadOnlyList<ISigningKey>? _opened;

    public KeyVaultCustodian(IOptions<KeyVaultOptions> options, TimeProvider time)
        : this(options.Value, IdentityOf(options.Value), time, transport: null)
    {
    }

    /// <param name="options">Which keys.</param>
    /// <param name="identity">Who asks.</param>
    /// <param name="time">For deadlines and the validity of keys.</param>
    /// <param name="transport">The way to the vault; the SDK's own when null.</param>
    internal KeyVaultCustodian(KeyVaultOptions options, TokenCredential identity, TimeProvider time, HttpPipelineTransport? transport)
    {
        _options = options;
        _calls = new KeyVaultCalls(options, time);
        _time = time;
        _identity = identity;
        _transport = transport;
        _keys = new KeyClient(_options.VaultUri!, _identity, Patient(new KeyClientOptions()));
    }

    public async ValueTask<IReadOnlyList<ISigningKey>> GetKeysAsync(CancellationToken cancellation) =>
        _opened ??= await _calls.RunAsync(OpenAllAsync, cancellation);

    private static ManagedIdentityCredential IdentityOf(KeyVaultOptions options) => new(
        string.IsNullOrEmpty(options.ClientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(options.ClientId));

    private async Task<IReadOnlyList<ISigningKey>> OpenAllAsync(CancellationToken cancellation) =>
        await Task.WhenAll(_options.Keys.Select(key => OpenAsync(key.Name, key.Version, cancellation)));

    private async Task<ISigningKey> OpenAsync(string name, string version, CancellationToken cancellation)
    {
        KeyVaultKey key = await _keys.GetKeyAsync(name, version.Length > 0 ? version : await FindNewestVersionAsync(name, cancellation), cancellation);
        return new KeyVaultSigningKey(
            ReadPublicKey(key),
            new CryptographyClient(key.Id, _identity, Patient(new CryptographyClientOptions())),
            _calls);
    }

    private async Task<string> FindNewestVersionAsync(string name, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        KeyProperties? newest = null;
        await foreach (var version in _keys.GetPropertiesOfKeyVersionsAsync(name, cancellation))
        {
            var isUsable = version.Enabled is true && !(version.NotBefore > now) && !(version.ExpiresOn <= now);
            if (isUsable && (newest is null || version.CreatedOn > newest.CreatedOn))
            {
                newest = version;
            }
        }

        return newest?.Version
            ?? throw new CustodianException($"The key {name} (Signing:KeyVault:KeyName) has no version that is enabled and valid now.");
    }

    private static SigningPublicKey ReadPublicKey(KeyVaultKey key)
    {
        if (key.KeyType != KeyType.Rsa && key.KeyType != KeyType.RsaHsm)
        {
            throw new CustodianException($"The key {key.Name} (Signing:KeyVault:KeyName) is no RSA key; the plugin accepts RSA-2048 only.");
        }

        try
        {
            using var rsa = key.Key.ToRSA();
            return SigningPublicKey.From(rsa);
        }
        catch (CryptographicException e)
        {
            throw new CustodianException($"The key {key.Name} (Signing:KeyVault:KeyName) is of no use: {e.Message}", e);
        }
    }

    // Azure.Core repeats after 408, 429 and 5xx, and waits as long as Retry-After says where the service does.
    private T Patient<T>(T options)
        where T : ClientOptions
    {
        options.Transport = _transport ?? options.Transport;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = TimeSpan.FromMilliseconds(500);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(10);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        return options;
    }
}
