using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Security.Certificates;
using BouncyCertificate = Org.BouncyCastle.X509.X509Certificate;
using X509Crl = Org.BouncyCastle.X509.X509Crl;
using X509CrlParser = Org.BouncyCastle.X509.X509CrlParser;

namespace Serverless.Devices.Authentication.Certificates;

/// <summary>
/// Judges client certificates by an app's own authorities and nobody else's, without asking anybody: a chain to one of the roots, the time, the
/// purpose, and the revocation lists. Immutable.
/// </summary>
internal sealed class TrustedAuthorities
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int MaxDepth = 8;

    private readonly ImmutableArray<X509Certificate2> _authorities;
    private readonly ImmutableDictionary<string, X509Crl> _lists;

    private TrustedAuthorities(ImmutableArray<X509Certificate2> authorities, ImmutableDictionary<string, X509Crl> lists, CertificateBinding binding) =>
        (_authorities, _lists, Binding) = (authorities, lists, binding);

    public CertificateBinding Binding { get; }

    /// <param name="trust">As stored.</param>
    /// <param name="authorities">Null when there is a defect.</param>
    /// <returns>What cannot be used, as the end of a sentence about it, or null.</returns>
    public static string? Read(CertificateTrust trust, out TrustedAuthorities? authorities)
    {
        authorities = null;
        try
        {
            var certificates = trust.Authorities.Select(der => X509CertificateLoader.LoadCertificate(Convert.FromBase64String(der))).ToImmutableArray();
            if (!certificates.Any(IsRoot) || !certificates.All(IsAuthority))
            {
                return "authorities must be certificates of authorities, one of them a root";
            }

            var lists = ImmutableDictionary.CreateBuilder<string, X509Crl>(StringComparer.Ordinal);
            foreach (var der in trust.RevocationLists)
            {
                var list = new X509CrlParser().ReadCrl(Convert.FromBase64String(der));
                if (list?.NextUpdate is null || FindIssuer(certificates, list) is not { } issuer || !lists.TryAdd(issuer.Thumbprint, list))
                {
                    return "each of revocationLists must be signed by another of the authorities and say when its next one is due";
                }
            }

            authorities = new TrustedAuthorities(certificates, lists.ToImmutable(), trust.Binding);
            return null;
        }
        catch (Exception e) when (e is FormatException or CryptographicException or CrlException or IOException or ArgumentException or InvalidOperationException)
        {
            return "authorities and revocationLists must be PEM of certificates and of revocation lists";
        }
    }

    /// <returns>Why the certificate is not good, as a word for counting; null when it is.</returns>
    public string? FindDefect(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages.OfType<Oid>().Any(use => use.Value == ClientAuthentication)))
        {
            return "certificate_purpose";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities.Where(IsRoot).ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(_authorities.Where(authority => !IsRoot(authority)).ToArray());
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (!chain.Build(certificate) || chain.ChainElements.Count > MaxDepth)
        {
            return chain.ChainStatus.Any(status => status.Status is X509ChainStatusFlags.NotTimeValid) ? "certificate_time" : "certificate_untrusted";
        }

        return FindRevocation(chain, now);
    }

    /// <summary>Where an authority has a list, the list must be current, or a stolen certificate would be good again by waiting.</summary>
    private string? FindRevocation(X509Chain chain, DateTimeOffset now)
    {
        for (var i = 0; i + 1 < chain.ChainElements.Count; i++)
        {
            if (!_lists.TryGetValue(chain.ChainElements[i + 1].Certificate.Thumbprint, out var list))
            {
                continue;
            }

            if (list.NextUpdate < now.UtcDateTime)
            {
                return "revocation_list_expired";
            }

            if (list.IsRevoked(new BouncyCertificate(chain.ChainElements[i].Certificate.RawData)))
            {
                return "certificate_revoked";
            }
        }

        return null;
    }

    private static X509Certificate2? FindIssuer(ImmutableArray<X509Certificate2> certificates, X509Crl list) =>
        certificates.FirstOrDefault(certificate => list.IsSignatureValid(new BouncyCertificate(certificate.RawData).GetPublicKey()));

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);
}
