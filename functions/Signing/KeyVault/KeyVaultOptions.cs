using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Signing.KeyVault;

/// <summary>Where the keys are in Azure. Read, and so validated, only where <c>Signing:Custodian</c> is <c>keyvault</c>.</summary>
internal sealed class KeyVaultOptions : IValidatableObject
{
    public const string Section = "Signing:KeyVault";

    /// <summary>Such as <c>https://contoso.vault.azure.net/</c>.</summary>
    [Required(ErrorMessage = "Signing:KeyVault:VaultUri must be the address of the vault.")]
    public Uri? VaultUri { get; set; }

    /// <summary>The key's name; of several keys their names, separated by commas. A name may be there twice, for two of its versions.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Signing:KeyVault:KeyName must be the name of the signing key.")]
    public string KeyName { get; set; } = "";

    /// <summary>
    /// The version that signs, so that a rotation in the vault changes nothing for devices; the newest usable one when empty. Of several keys
    /// their versions, separated by commas and in the order of the names.
    /// </summary>
    public string? KeyVersion { get; set; }

    /// <summary>Of a user-assigned identity; the system-assigned one when empty.</summary>
    public string? ClientId { get; set; }

    /// <summary>How long one signature may take, with every repetition.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The keys that sign; the version is empty for the newest usable one.</summary>
    public IReadOnlyList<(string Name, string Version)> Keys => Versions is [var only] && only.Length == 0
        ? [.. Names.Distinct().Select(name => (name, ""))]
        : [.. Names.Zip(Versions).Distinct()];

    private string[] Names => KeyName.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string[] Versions => (KeyVersion ?? "").Split(',', StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(KeyVersion) && Versions.Length != Names.Length)
        {
            yield return new ValidationResult("Signing:KeyVault:KeyVersion must have as many versions as Signing:KeyVault:KeyName has names.");
        }
    }
}

[OptionsValidator]
internal sealed partial class KeyVaultOptionsValidator : IValidateOptions<KeyVaultOptions>;
