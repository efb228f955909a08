using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone.Tls;

/// <summary>
/// Loads the certificate before the server listens, and looks at its files again and again: mounted secrets are swapped by links, of which
/// file system notifications tell nothing.
/// </summary>
internal sealed class CertificateReload(ServerCertificate certificate, IOptions<TlsOptions> options, TimeProvider time) : BackgroundService
{
    private bool IsConfigured => !string.IsNullOrEmpty(options.Value.CertificateFile);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsConfigured)
        {
            await certificate.LoadAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsConfigured)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.ReloadInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await certificate.RefreshAsync(stoppingToken);
        }
    }
}
