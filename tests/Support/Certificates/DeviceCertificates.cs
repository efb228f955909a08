using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Tests.Support.Certificates;

/// <summary>What an app's own CA makes for devices, and takes back.</summary>
public static class DeviceCertificates
{
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Root and issuing CA, as a device policy is given them.</summary>
    public static string Pem(this TestAuthority authority) => $"{authority.Root.ExportCertificatePem()}\n{authority.Issuing.ExportCertificatePem()}\n";

    /// <summary>A certificate for clients with its key, whose common name and URIs are what is given.</summary>
    public static X509Certificate2 IssueToDevice(this TestAuthority authority, string name, params string[] uris)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (uris.Length > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("device.example.com");
            foreach (var uri in uris)
            {
                names.AddUri(new Uri(uri));
            }

            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], critical: false));
        using var certificate = request.Create(
            authority.Issuing, authority.Issuing.NotBefore, authority.Issuing.NotBefore.AddYears(1), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>The issuing CA's revocation list.</summary>
    public static string RevocationList(this TestAuthority authority, DateTimeOffset nextUpdate, params IEnumerable<X509Certificate2> revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            list.AddEntry(certificate);
        }

        var der = list.Build(authority.Issuing, crlNumber: 1, nextUpdate, HashAlgorithmName.SHA256, thisUpdate: authority.Issuing.NotBefore);
        return PemEncoding.WriteString("X509 CRL", der);
    }
}
