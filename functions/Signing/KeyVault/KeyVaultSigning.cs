using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Signing.KeyVault;

/// <summary>Offers the custodian <c>keyvault</c>.</summary>
internal static class KeyVaultSigning
{
    /// <summary>
    /// A vault takes 1,000 RSA-2048 HSM operations in ten seconds by the older of its published limits. Half of that, so that a second instance
    /// has room; beyond it the vault answers 429, which is waited out.
    /// </summary>
    private const int SignaturesPerSecond = 50;

    public static IServiceCollection AddKeyVaultSigning(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<KeyVaultOptions>, KeyVaultOptionsValidator>()
        .AddOptions<KeyVaultOptions>().BindConfiguration(KeyVaultOptions.Section).Services
        .AddKeyedSingleton<ICustodian, KeyVaultCustodian>(CustodianName.KeyVault)
        .PostConfigure<SigningOptions>(signing =>
            signing.SignaturesPerSecond ??= signing.Custodian == CustodianName.KeyVault ? SignaturesPerSecond : null);
}
