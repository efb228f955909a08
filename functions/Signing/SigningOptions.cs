using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Signing;

/// <summary>Who signs, how fast, and where a development key and the pepper live.</summary>
internal sealed class SigningOptions : IValidatableObject
{
    public const string Section = "Signing";

    /// <summary>One of <see cref="CustodianName"/>.</summary>
    [AllowedValues(CustodianName.Local, CustodianName.Pkcs11, CustodianName.KeyVault, ErrorMessage = "Signing:Custodian must be local, pkcs11 or keyvault.")]
    public string Custodian { get; set; } = CustodianName.Local;

    /// <summary>Most signatures in a second, over all keys of this instance; 0 for no limit, and none where the custodian needs none.</summary>
    [Range(0, 100_000)]
    public int? SignaturesPerSecond { get; set; }

    /// <summary>Let the local key sign for a storage account that is not the emulator's.</summary>
    public bool AllowLocalKeyInProduction { get; set; }

    /// <summary>Folder of the development key and, unless it is given, of the pepper.</summary>
    public string KeyFolder { get; set; } = "";

    /// <summary>
    /// Make the key and the pepper when they are missing. Off unless the host is a single machine: several instances would each make their own.
    /// </summary>
    public bool CreateMissing { get; set; }

    /// <summary>The pepper in base64, for hosts that get it from a vault; a file in the key folder otherwise.</summary>
    public string? Pepper { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(KeyFolder) && (Custodian == CustodianName.Local || string.IsNullOrEmpty(Pepper)))
        {
            yield return new ValidationResult("Signing:KeyFolder must name the folder that holds the development signing key and the pepper.");
        }

        var decoded = new byte[Pepper?.Length ?? 0];
        if (!string.IsNullOrEmpty(Pepper) && !(Convert.TryFromBase64String(Pepper, decoded, out var length) && length >= Devices.Pepper.MinBytes))
        {
            yield return new ValidationResult($"Signing:Pepper must be at least {Devices.Pepper.MinBytes} random bytes in base64.");
        }
    }
}

[OptionsValidator]
internal sealed partial class SigningOptionsValidator : IValidateOptions<SigningOptions>;
