using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Signing.Pkcs11;

/// <summary>Where the keys are in an HSM. Read, and so validated, only where <c>Signing:Custodian</c> is <c>pkcs11</c>.</summary>
internal sealed class Pkcs11Options : IValidatableObject
{
    public const string Section = "Signing:Pkcs11";

    /// <summary>The vendor's library: a path, or a name that the system's loader finds.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Signing:Pkcs11:Library must name the PKCS#11 library of the HSM.")]
    public string Library { get; set; } = "";

    [Required(AllowEmptyStrings = false, ErrorMessage = "Signing:Pkcs11:TokenLabel must be the label of the token that holds the signing key.")]
    public string TokenLabel { get; set; } = "";

    /// <summary>The private key's CKA_LABEL; of several keys their labels, separated by commas.</summary>
    public string? KeyLabel { get; set; }

    /// <summary>The private key's CKA_ID in hexadecimal; beside a label where that is not unique, or instead of it.</summary>
    [RegularExpression("(?:[0-9a-fA-F]{2})*", ErrorMessage = "Signing:Pkcs11:KeyId must be hexadecimal.")]
    public string? KeyId { get; set; }

    /// <summary>The user's PIN.</summary>
    public string? Pin { get; set; }

    /// <summary>A file with the PIN, read at every login; a line break at its end does not count.</summary>
    public string? PinFile { get; set; }

    /// <summary>Most sessions, and with that most signatures at the same time.</summary>
    [Range(1, 64)]
    public int Sessions { get; set; } = 4;

    /// <summary>How long the token may take for one signature, its login included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1000000", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Take a key that can leave the token.</summary>
    public bool AllowExtractable { get; set; }

    /// <summary>One for each key; a single null where the key has no label.</summary>
    public IReadOnlyList<string?> KeyLabels =>
        KeyLabel?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } labels ? [.. labels.Distinct()] : [null];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(KeyLabel) && string.IsNullOrEmpty(KeyId))
        {
            yield return new ValidationResult("Signing:Pkcs11:KeyLabel or Signing:Pkcs11:KeyId must say which key signs.");
        }

        if (KeyLabels.Count > 1 && !string.IsNullOrEmpty(KeyId))
        {
            yield return new ValidationResult("Signing:Pkcs11:KeyId names one key and Signing:Pkcs11:KeyLabel several; give the labels alone.");
        }

        if (string.IsNullOrEmpty(Pin) == string.IsNullOrEmpty(PinFile))
        {
            yield return new ValidationResult("Signing:Pkcs11:Pin or Signing:Pkcs11:PinFile must give the token's PIN, one of them alone.");
        }
    }
}

[OptionsValidator]
internal sealed partial class Pkcs11OptionsValidator : IValidateOptions<Pkcs11Options>;
