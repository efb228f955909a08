using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Signing;

/// <summary>Where the signing key and the pepper live.</summary>
internal sealed class SigningOptions
{
    public const string Section = "Signing";

    /// <summary>Folder of the development key and the pepper; a path, relative to the data folder's parent when not rooted.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Signing:KeyFolder must name the folder that holds the development signing key.")]
    public string KeyFolder { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class SigningOptionsValidator : IValidateOptions<SigningOptions>;
