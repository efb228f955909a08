using Microsoft.IdentityModel.Protocols;

namespace Serverless.Access.Issuers;

/// <summary>Fetches documents of issuers: over HTTPS, but from the machine itself; following no redirect; and no more than such documents are long.</summary>
/// <param name="timeout">Of one document; ten seconds when null.</param>
internal sealed class IssuerHttp(TimeSpan? timeout = null) : IDisposable
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        MaxResponseContentBufferSize = MaxBytes,
        Timeout = timeout ?? Default,
    };

    public IDocumentRetriever Documents(string issuer) => new HttpDocumentRetriever(_http) { RequireHttps = !new Uri(issuer).IsLoopback };

    public void Dispose() => _http.Dispose();
}
