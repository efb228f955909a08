using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Serverless.Storage;

namespace Serverless.Hosts.Standalone.Tls;

/// <summary>What the files of <see cref="TlsOptions"/> held when they were read.</summary>
internal sealed class CertificateFiles
{
    private const int MaxBytes = 1 << 20;

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly string _path;
    private readonly byte[] _certificate;
    private readonly byte[]? _key;
    private readonly string? _password;

    private CertificateFiles(string path, byte[] certificate, byte[]? key, string? password)
    {
        (_path, _certificate, _key, _password) = (path, certificate, key, password);
        Digest = SHA256.HashData([.. certificate, .. key ?? [], .. Encoding.UTF8.GetBytes(password ?? "")]);
    }

    /// <summary>Of everything that was read: another one is another certificate, key or password.</summary>
    public byte[] Digest { get; }

    private bool IsPem => PemEncoding.TryFindUtf8(_certificate, out _);

    /// <exception cref="StartupException">A file cannot be read; the sentence names the setting.</exception>
    public static async Task<CertificateFiles> ReadAsync(TlsOptions options, CancellationToken cancellation)
    {
        var password = await ReadAsync(options.PasswordFile, $"{TlsOptions.Section}:{nameof(TlsOptions.PasswordFile)}", cancellation) is { } bytes
            ? Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n')
            : options.Password;
        var key = await ReadAsync(options.KeyFile, $"{TlsOptions.Section}:{nameof(TlsOptions.KeyFile)}", cancellation);
        var certificate = await ReadAsync(options.CertificateFile, $"{TlsOptions.Section}:{nameof(TlsOptions.CertificateFile)}", cancellation)
            ?? throw new StartupException("Tls:CertificateFile must name the certificate of the https address.");
        return new CertificateFiles(options.CertificateFile!, certificate, key, string.IsNullOrEmpty(password) ? null : password);
    }

    /// <returns>The certificate with its key, and what is sent with it. Nothing is fetched: devices get what the file holds.</returns>
    /// <exception cref="StartupException">It cannot be used; the sentence names the setting.</exception>
    public SslStreamCertificateContext Open()
    {
        try
        {
            var certificates = IsPem ? OpenPem() : X509CertificateLoader.LoadPkcs12Collection(_certificate, _password);
            var own = certificates.FirstOrDefault(certificate => certificate.HasPrivateKey)
                ?? throw new StartupException($"The file '{_path}' (Tls:CertificateFile) holds no private key; Tls:KeyFile can name it.");
            return MayServe(own)
                ? SslStreamCertificateContext.Create(own, [.. certificates.Where(certificate => certificate != own)], offline: true)
                : throw new StartupException($"The certificate in '{_path}' (Tls:CertificateFile) is not for servers: its extended key usage says so.");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or AuthenticationException or NotSupportedException)
        {
            throw new StartupException($"The certificate in '{_path}' (Tls:CertificateFile) cannot be opened with its key and password: {e.Message}", e);
        }
    }

    private X509Certificate2Collection OpenPem()
    {
        var pem = Encoding.UTF8.GetString(_certificate);
        var keyPem = _key is null ? pem : Encoding.UTF8.GetString(_key);
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        if (certificates.Count > 0 && keyPem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            certificates[0] = Persisted(_password is null ? X509Certificate2.CreateFromPem(pem, keyPem) : X509Certificate2.CreateFromEncryptedPem(pem, keyPem, _password));
        }

        return certificates;
    }

    // Windows cannot serve TLS with a key that lives in memory alone.
    private static X509Certificate2 Persisted(X509Certificate2 certificate) => OperatingSystem.IsWindows()
        ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null)
        : certificate;

    private static bool MayServe(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ServerAuthentication));

    private static async Task<byte[]?> ReadAsync(string? path, string setting, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            await using var file = File.OpenRead(path);
            return await file.ReadAtMostAsync(MaxBytes, cancellation) is { Length: <= MaxBytes } content
                ? content
                : throw new StartupException($"The file '{path}' ({setting}) is too large for what it should hold.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The file '{path}' ({setting}) cannot be read: {e.Message}", e);
        }
    }
}
