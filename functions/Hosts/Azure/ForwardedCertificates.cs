using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Devices.Authentication;

namespace Serverless.Hosts.Azure;

/// <summary>
/// The certificate that the platform's front end took in the TLS handshake and passes on in <c>X-ARR-ClientCert</c>, as base64 of DER. Nothing else
/// reaches the app, so with client certificates on the header is the front end's own.
/// </summary>
internal sealed class ForwardedCertificates(IOptions<DeviceAuthenticationOptions> options) : IClientCertificates
{
    private const string Header = "X-ARR-ClientCert";
    private const int MaxCharacters = 16 * 1024;

    public X509Certificate2? Find(HttpRequest request)
    {
        if (!options.Value.ClientCertificates || request.Headers[Header] is not [{ Length: > 0 and <= MaxCharacters } text])
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
