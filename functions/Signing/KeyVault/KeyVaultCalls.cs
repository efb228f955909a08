using Azure;
using Azure.Identity;

namespace Serverless.Signing.KeyVault;

/// <summary>Gives every call to the vault a deadline, and its faults a sentence that says which setting to look at.</summary>
internal sealed class KeyVaultCalls(KeyVaultOptions options, TimeProvider time)
{
    /// <exception cref="CustodianException">The vault refused, failed or did not answer in time.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new CustodianException($"The vault {options.VaultUri} did not answer within {options.Timeout} (Signing:KeyVault:Timeout).", e);
        }
        catch (AuthenticationFailedException e)
        {
            throw new CustodianException("There is no managed identity to ask the vault with; see Signing:KeyVault:ClientId.", e);
        }
        catch (RequestFailedException e)
        {
            throw new CustodianException(Explain(e), e);
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is RequestFailedException or IOException or OperationCanceledException))
        {
            // What the SDK throws when every repetition failed below HTTP.
            throw new CustodianException($"The vault {options.VaultUri} (Signing:KeyVault:VaultUri) cannot be reached.", e);
        }
    }

    private string Explain(RequestFailedException fault) => fault.Status switch
    {
        0 => $"The vault {options.VaultUri} (Signing:KeyVault:VaultUri) cannot be reached.",
        400 => $"The vault {options.VaultUri} does not sign this with the key {options.KeyName} ({fault.ErrorCode}); a Managed HSM refuses RSNULL, so use Signing:Custodian pkcs11 with it.",
        401 or 403 => $"The vault {options.VaultUri} refuses access to the key {options.KeyName} (Signing:KeyVault:KeyName): the identity needs the role Key Vault Crypto User on it, and the key must be enabled.",
        404 => $"The vault {options.VaultUri} has no key {options.KeyName} (Signing:KeyVault:KeyName), or not the version of Signing:KeyVault:KeyVersion.",
        429 => $"The vault {options.VaultUri} is asked too often; lower Signing:SignaturesPerSecond.",
        _ => $"The vault {options.VaultUri} (Signing:KeyVault:VaultUri) failed with status {fault.Status}.",
    };
}
