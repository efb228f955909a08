using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone.Tls;

/// <summary>The certificate that new connections are shown. Replaced as a whole: open connections keep the one that they began with.</summary>
internal sealed partial class ServerCertificate(IOptions<TlsOptions> options, TimeProvider time, ILogger<ServerCertificate> logger)
{
    private volatile SslStreamCertificateContext? _context;
    private byte[] _digest = [];
    private string? _fault;

    /// <exception cref="StartupException">None is configured.</exception>
    public SslStreamCertificateContext Context => _context
        ?? throw new StartupException("Tls:CertificateFile must name the certificate of the https address.");

    /// <exception cref="StartupException">It cannot be used.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        var files = await CertificateFiles.ReadAsync(options.Value, cancellation);
        var context = files.Open();
        if (!IsInTime(context.TargetCertificate))
        {
            LogOutOfTime(context.TargetCertificate.NotBefore.ToUniversalTime(), context.TargetCertificate.NotAfter.ToUniversalTime());
        }

        (_context, _digest) = (context, files.Digest);
    }

    /// <summary>Takes the files as they are now. What cannot be used leaves the certificate as it was, and is said once.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            var files = await CertificateFiles.ReadAsync(options.Value, cancellation);
            if (files.Digest.AsSpan().SequenceEqual(_digest))
            {
                return;
            }

            var context = files.Open();
            if (!IsInTime(context.TargetCertificate))
            {
                throw new StartupException($"The certificate in '{options.Value.CertificateFile}' (Tls:CertificateFile) is not valid today.");
            }

            (_context, _digest, _fault) = (context, files.Digest, null);
            LogReplaced(context.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (StartupException e)
        {
            if (e.Message != _fault)
            {
                _fault = e.Message;
                LogKept(e.Message);
            }
        }
    }

    private bool IsInTime(X509Certificate2 certificate) =>
        time.GetUtcNow() is var now && now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime();

    [LoggerMessage(LogLevel.Warning, "The TLS certificate is good from {NotBefore} to {NotAfter}: devices refuse it today.")]
    private partial void LogOutOfTime(DateTime notBefore, DateTime notAfter);

    [LoggerMessage(LogLevel.Information, "New connections are shown a new TLS certificate, good until {NotAfter}.")]
    private partial void LogReplaced(DateTime notAfter);

    [LoggerMessage(LogLevel.Error, "The TLS certificate stays as it is. {Sentence}")]
    private partial void LogKept(string sentence);
}
