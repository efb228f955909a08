using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Hosts.Standalone.Tls;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Hosts.Tls;

/// <summary>Kestrel with the host's TLS and nothing behind it, on a loopback port.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TlsServer(WebApplication app, LogSpy log) => (_app, Log) = (app, log);

    public LogSpy Log { get; }

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<TlsServer> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var log = new LogSpy(LogLevel.Information);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("https://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddTls();
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("hello"));
        try
        {
            await app.StartAsync();
            return new TlsServer(app, log);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new connection, by somebody who trusts the root alone and fetches nothing.</summary>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The certificate is not to be trusted.</exception>
    public async Task<SslStream> ConnectAsync(X509Certificate2 root, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(root);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "updates.example.com", CertificateChainPolicy = policy }, cancellation);
        return stream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
