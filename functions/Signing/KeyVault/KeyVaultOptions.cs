using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Signing.KeyVault;

/// <summary>Where the key is in Azure. Read, and so validated, only where <c>Signing:Custodian</c> is <c>keyvault</c>.</summary>
internal sealed class KeyVaultOptions
{
    public const string Section = "Signing:KeyVault";

    /// <summary>Such as <c>https://contoso.vault.azure.net/</c>.</summary>
    [Required(ErrorMessage = "Signing:KeyVault:VaultUri must be the address of the vault.")]
    public Uri? VaultUri { get; set; }

    [Required(AllowEmptyStrings = false, ErrorMessage = "Signing:KeyVault:KeyName must be the name of the signing key.")]
    public string KeyName { get; set; } = "";

    /// <summary>The version that signs, so that a rotation in the vault changes nothing for devices; the newest usable one when empty.</summary>
    public string? KeyVersion { get; set; }

    /// <summary>Of a user-assigned identity; the system-assigned one when empty.</summary>
    public string? ClientId { get; set; }

    /// <summary>How long one signature may take, with every repetition.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class KeyVaultOptionsValidator : IValidateOptions<KeyVaultOptions>;
