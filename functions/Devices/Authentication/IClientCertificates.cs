using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Serverless.Devices.Authentication;

/// <summary>Where a host finds the certificate of the client whose key the TLS handshake proved.</summary>
internal interface IClientCertificates
{
    /// <returns>Null when the client showed none.</returns>
    X509Certificate2? Find(HttpRequest request);
}
