using System.Collections.Immutable;

namespace Serverless.Devices.Authentication.Certificates;

/// <summary>Which client certificates an app believes, as it is stored.</summary>
/// <param name="Authorities">Certificates of authorities, DER in base64: roots, and what stands between them and the devices.</param>
/// <param name="RevocationLists">CRLs of these authorities, DER in base64, at most one of each.</param>
/// <param name="Binding">What a certificate says about its device.</param>
internal sealed record CertificateTrust(ImmutableArray<string> Authorities, ImmutableArray<string> RevocationLists, CertificateBinding Binding);

/// <summary>How a certificate names the one device that may use it.</summary>
internal enum CertificateBinding
{
    /// <summary>Not at all: any device of the app may use it.</summary>
    None,

    /// <summary>The subject's common name is the device id.</summary>
    CommonName,

    /// <summary>A URI among the subject's alternative names is <c>urn:uuid:</c> and the device id (RFC 9562, 4).</summary>
    SubjectUri,
}
