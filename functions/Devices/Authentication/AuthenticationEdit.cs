using System.Collections.Immutable;
using System.Security.Cryptography;
using Serverless.Devices.Authentication.Certificates;
using Serverless.Management;

namespace Serverless.Devices.Authentication;

/// <summary>Makes what is stored from what people wrote, and the other way around. Pure.</summary>
internal static class AuthenticationEdit
{
    // With the rest of it, half of what a column of a table row holds.
    private const int MaxPemCharacters = 24_000;

    private const string Certificate = "CERTIFICATE";
    private const string RevocationList = "X509 CRL";

    /// <returns>What speaks against it, or null with what is to be stored: the app keys and the count of revocations stay.</returns>
    public static Problem? Apply(AuthenticationSettings settings, DeviceAuthentication before, out DeviceAuthentication after)
    {
        after = before;
        if (settings.Methods.IsDefaultOrEmpty || settings.Methods.Distinct().Count() != settings.Methods.Length)
        {
            return Problem.InvalidMember("methods");
        }

        CertificateTrust? trust = null;
        if (settings.ClientCertificates is { } certificates)
        {
            if (Read(certificates) is not { } read)
            {
                return Problem.InvalidMember("clientCertificates");
            }

            trust = read;
            if (TrustedAuthorities.Read(trust, out _) is { } defect)
            {
                return Problem.InvalidCertificates(defect);
            }
        }

        after = before with { Methods = [.. settings.Methods.Order()], Certificates = trust };
        return after.FindUnmeetable() is null ? null : Problem.AuthenticationUnmeetable;
    }

    public static CertificateSettings? Describe(CertificateTrust? trust) => trust is null ? null : new(
        [.. trust.Authorities.Select(der => PemEncoding.WriteString(Certificate, Convert.FromBase64String(der)))],
        [.. trust.RevocationLists.Select(der => PemEncoding.WriteString(RevocationList, Convert.FromBase64String(der)))],
        trust.Binding);

    private static CertificateTrust? Read(CertificateSettings settings)
    {
        var lists = settings.RevocationLists ?? [];
        if (settings.Authorities.IsDefaultOrEmpty || lists.IsDefault || settings.Authorities.Concat(lists).Sum(pem => pem?.Length ?? 0) > MaxPemCharacters)
        {
            return null;
        }

        return ReadAll(settings.Authorities, Certificate) is { Length: > 0 } authorities && ReadAll(lists, RevocationList) is { } read
            ? new CertificateTrust(authorities, read, settings.Binding)
            : null;
    }

    private static ImmutableArray<string>? ReadAll(ImmutableArray<string> texts, string label)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var text in texts)
        {
            var rest = text.AsSpan();
            while (PemEncoding.TryFind(rest, out var fields))
            {
                if (!rest[fields.Label].SequenceEqual(label))
                {
                    return null;
                }

                found.Add(Convert.ToBase64String(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
                rest = rest[fields.Location.End..];
            }

            if (!rest.IsWhiteSpace())
            {
                return null;
            }
        }

        return found.ToImmutable();
    }
}
