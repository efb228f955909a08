using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Signing;

/// <summary>Where the signing key and the pepper live.</summary>
internal sealed class SigningOptions : IValidatableObject
{
    public const string Section = "Signing";

    /// <summary>Folder of the development key and, unless it is given, of the pepper.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Signing:KeyFolder must name the folder that holds the development signing key.")]
    public string KeyFolder { get; set; } = "";

    /// <summary>
    /// Make the key and the pepper when they are missing. Off unless the host is a single machine: several instances would each make their own.
    /// </summary>
    public bool CreateMissing { get; set; }

    /// <summary>The pepper in base64, for hosts that get it from a vault; a file in the key folder otherwise.</summary>
    public string? Pepper { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var decoded = new byte[Pepper?.Length ?? 0];
        if (!string.IsNullOrEmpty(Pepper) && !(Convert.TryFromBase64String(Pepper, decoded, out var length) && length >= Devices.Pepper.MinBytes))
        {
            yield return new ValidationResult($"Signing:Pepper must be at least {Devices.Pepper.MinBytes} random bytes in base64.");
        }
    }
}

[OptionsValidator]
internal sealed partial class SigningOptionsValidator : IValidateOptions<SigningOptions>;
