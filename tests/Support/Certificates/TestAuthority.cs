using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Tests.Support.Certificates;

/// <summary>A CA of a test's own: a root, and an intermediate that issues. Nothing on the machine trusts it.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly DateTimeOffset Since = DateTimeOffset.UtcNow.AddDays(-30);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority()
    {
        Root = Authority("CN=Test Root", _rootKey).CreateSelfSigned(Since, Since.AddYears(10));
        using var issuing = Authority("CN=Test Issuing CA", _issuingKey).Create(Root, Since, Since.AddYears(5), Serial());
        Issuing = issuing.CopyWithPrivateKey(_issuingKey);
    }

    public X509Certificate2 Root { get; }

    /// <summary>Issued by the root; issues everything else.</summary>
    public X509Certificate2 Issuing { get; }

    /// <summary>A certificate with its key.</summary>
    /// <param name="name">A DNS name or an address, as the only name that it is for.</param>
    /// <param name="usage">The extended key usage: for servers, unless told.</param>
    /// <param name="key">The key, when it is not to be a new one.</param>
    /// <param name="notAfter">When it ends; in less than a year, unless told.</param>
    public X509Certificate2 Issue(string name, string usage = ServerAuthentication, ECDsa? key = null, DateTimeOffset? notAfter = null)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key ?? made, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var certificate = request.Create(Issuing, Since, notAfter ?? Since.AddYears(1), Serial());
        return certificate.CopyWithPrivateKey(key ?? made);
    }

    public void Dispose()
    {
        Root.Dispose();
        Issuing.Dispose();
        _rootKey.Dispose();
        _issuingKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static byte[] Serial() => RandomNumberGenerator.GetBytes(16);
}
