using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Devices.Authentication.Certificates;

/// <summary>The device id in a certificate. Pure.</summary>
internal static class DeviceNames
{
    private const string CommonName = "2.5.4.3";
    private const string SubjectAlternativeNames = "2.5.29.17";
    private const string UuidUrn = "urn:uuid:";
    private const int UriTag = 6;

    /// <returns>Null when the certificate names no device in this way, or more than one.</returns>
    public static string? Find(X509Certificate2 certificate, CertificateBinding binding)
    {
        var names = binding is CertificateBinding.CommonName
            ? certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == CommonName)
                .Select(name => name.GetSingleElementValue())
            : Uris(certificate).Where(uri => uri.StartsWith(UuidUrn, StringComparison.OrdinalIgnoreCase)).Select(uri => uri[UuidUrn.Length..]);
        return names.Take(2).ToArray() is [{ } only] && Guid.TryParseExact(only, "D", out _) ? only : null;
    }

    private static List<string> Uris(X509Certificate2 certificate)
    {
        var uris = new List<string>();
        try
        {
            foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeNames))
            {
                var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    if (names.PeekTag() is { TagClass: TagClass.ContextSpecific, TagValue: UriTag } tag)
                    {
                        uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    }
                    else
                    {
                        names.ReadEncodedValue();
                    }
                }
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return [];
        }

        return uris;
    }
}
