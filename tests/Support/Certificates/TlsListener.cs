using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Tests.Support.Certificates;

/// <summary>Shows a certificate to whoever connects over loopback, and has nothing else to say.</summary>
public sealed class TlsListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SslStreamCertificateContext _shown;
    private readonly Task _serving;
    private int _handshakes;

    private TlsListener(SslStreamCertificateContext shown)
    {
        _shown = shown;
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary><c>https://127.0.0.1:{port}/</c>.</summary>
    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public int Handshakes => _handshakes;

    public static TlsListener Start(X509Certificate2 certificate, params X509Certificate2[] chain) =>
        new(SslStreamCertificateContext.Create(certificate, [.. chain], offline: true));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var tls = new SslStream(client.GetStream());
                Interlocked.Increment(ref _handshakes);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _shown }, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // A client that does not trust it hangs up.
            }
        }
    }
}
