using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Serverless.Hosts.Standalone;
using Serverless.Storage;
using Serverless.Transport.Pins;

namespace Serverless.Commands;

/// <summary>
/// The key that an app accepts beside the one that is served, and that stays offline until that one is lost. Its file may hold the key itself, its public
/// half, a certificate or a request for one.
/// </summary>
/// <param name="Pin">As <see cref="SpkiPin"/> makes it.</param>
/// <param name="IsNew">It was made just now.</param>
internal sealed record BackupKey(string Pin, bool IsNew)
{
    /// <param name="path">A PEM file; a P-256 key for its owner's eyes alone is put there when there is none.</param>
    /// <exception cref="StartupException">The file holds no key that can be read.</exception>
    public static async Task<BackupKey> ReadOrCreateAsync(string path, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            return new BackupKey(SpkiPin.Of(Read(await File.ReadAllTextAsync(path, cancellation), path)), IsNew: false);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PrivateFile.Create(path, key.ExportPkcs8PrivateKeyPem() + "\n");
        return new BackupKey(SpkiPin.Of(key.ExportSubjectPublicKeyInfo()), IsNew: true);
    }

    private static byte[] Read(string text, string path)
    {
        try
        {
            for (var rest = text; PemEncoding.TryFind(rest, out var block); rest = rest[block.Location.End..])
            {
                var pem = rest[block.Location];
                switch (rest[block.Label])
                {
                    case "PUBLIC KEY":
                        return PublicKey.CreateFromSubjectPublicKeyInfo(Convert.FromBase64String(rest[block.Base64Data]), out _).ExportSubjectPublicKeyInfo();
                    case "CERTIFICATE":
                        using (var certificate = X509Certificate2.CreateFromPem(pem))
                        {
                            return certificate.PublicKey.ExportSubjectPublicKeyInfo();
                        }

                    case "CERTIFICATE REQUEST":
                        return CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo();
                    case "EC PRIVATE KEY":
                        return PublicHalf(ECDsa.Create(), pem);
                    case "RSA PRIVATE KEY":
                        return PublicHalf(RSA.Create(), pem);
                    case "PRIVATE KEY":
                        return PublicHalf(pem);
                }
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            throw new StartupException($"The key in '{path}' cannot be read: {e.Message}", e);
        }

        throw new StartupException($"'{path}' holds no EC or RSA key, public key, certificate or request in PEM; of an encrypted key, give the public half.");
    }

    // PKCS#8 says inside what it holds.
    private static byte[] PublicHalf(string pem)
    {
        try
        {
            return PublicHalf(ECDsa.Create(), pem);
        }
        catch (CryptographicException)
        {
            return PublicHalf(RSA.Create(), pem);
        }
    }

    private static byte[] PublicHalf(AsymmetricAlgorithm key, string pem)
    {
        using (key)
        {
            key.ImportFromPem(pem);
            return key.ExportSubjectPublicKeyInfo();
        }
    }
}
