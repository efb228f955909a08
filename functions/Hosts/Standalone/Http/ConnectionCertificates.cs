using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using Serverless.Devices.Authentication;

namespace Serverless.Hosts.Standalone.Http;

/// <summary>The certificate of the client at the other end of Kestrel's connection. No header is looked at: anybody may write one.</summary>
internal sealed class ConnectionCertificates : IClientCertificates
{
    public X509Certificate2? Find(HttpRequest request) => request.HttpContext.Connection.ClientCertificate;

    /// <summary>Asks clients for a certificate and takes any, or none: which are good differs from app to app, and the app is not known yet.</summary>
    public sealed class Handshake(IOptions<DeviceAuthenticationOptions> options) : IConfigureOptions<HttpsConnectionAdapterOptions>
    {
        public void Configure(HttpsConnectionAdapterOptions https)
        {
            if (options.Value.ClientCertificates)
            {
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            }
        }
    }
}
