using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone.Tls;

/// <summary>The certificate that the standalone host shows on its https addresses.</summary>
internal sealed class TlsOptions : IValidatableObject
{
    public const string Section = "Tls";

    /// <summary>A PFX file, or PEM: the certificate first, then those that lead to its CA. Only an https address needs it.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key in PEM, where the certificate's file does not hold it.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Opens the PFX, or an encrypted PEM key.</summary>
    public string? Password { get; set; }

    /// <summary>A file with the password, read whenever the certificate is; a line break at its end does not count.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Between two looks at the files, which tools replace when a certificate is renewed.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "1.00:00:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromMinutes(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(Password) && !string.IsNullOrEmpty(PasswordFile))
        {
            yield return new ValidationResult("Tls:Password and Tls:PasswordFile both give the password; set one of them alone.");
        }

        if (string.IsNullOrEmpty(CertificateFile) && !string.IsNullOrEmpty(KeyFile))
        {
            yield return new ValidationResult("Tls:KeyFile is set and Tls:CertificateFile is not; a key is of no use without its certificate.");
        }
    }
}

[OptionsValidator]
internal sealed partial class TlsOptionsValidator : IValidateOptions<TlsOptions>;
