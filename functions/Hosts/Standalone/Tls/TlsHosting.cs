using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone.Tls;

/// <summary>TLS for every https address that the host is told to listen on.</summary>
internal static class TlsHosting
{
    /// <summary>
    /// Whoever has something to add to a handshake, such as the demand for a client certificate, configures <see cref="HttpsConnectionAdapterOptions"/>:
    /// Kestrel itself takes one such configuration only, and gets all of them from here.
    /// </summary>
    public static WebApplicationBuilder AddTls(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services
            .AddSingleton<IValidateOptions<TlsOptions>, TlsOptionsValidator>()
            .AddSingleton<ServerCertificate>()
            .AddHostedService<CertificateReload>();
        builder.Services.AddOptions<TlsOptions>().BindConfiguration(TlsOptions.Section).ValidateOnStart();
        builder.Services.AddOptions<HttpsConnectionAdapterOptions>().Configure<ServerCertificate>(Show);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IEnumerable<IConfigureOptions<HttpsConnectionAdapterOptions>>>(
            (kestrel, configurations) => kestrel.ConfigureHttpsDefaults(https =>
            {
                foreach (var configuration in configurations)
                {
                    configuration.Configure(https);
                }
            }));
        return builder;
    }

    private static void Show(HttpsConnectionAdapterOptions https, ServerCertificate certificate)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ServerCertificate = certificate.Context.TargetCertificate;
        https.ServerCertificateChain = [.. certificate.Context.IntermediateCertificates];

        // Asked at every handshake, so that a renewed certificate is shown without listening anew.
        https.OnAuthenticate = (_, authentication) => authentication.ServerCertificateContext = certificate.Context;
    }
}
