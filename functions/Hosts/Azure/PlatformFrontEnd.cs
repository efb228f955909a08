using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Transport;

namespace Serverless.Hosts.Azure;

/// <summary>
/// The platform's front end ends TLS, and the Functions host passes requests on to the worker over loopback: both are believed. A Front Door or gateway
/// before them is a proxy like any other, and must be among the trusted ones.
/// </summary>
internal static class PlatformFrontEnd
{
    // Set for requests that came over TLS. Whoever forges it fools nobody but himself: the platform turns plain HTTP away before.
    private const string CameOverTls = "X-ARR-SSL";

    private static readonly IPNetwork[] Hops = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("169.254.0.0/16")];

    public static IServiceCollection AddPlatformFrontEnd(this IServiceCollection services, IHostEnvironment environment)
    {
        services.PostConfigure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = TrustedProxies.Believed;
            foreach (var hop in Hops)
            {
                forwarded.KnownIPNetworks.Add(hop);
            }
        });

        // Core Tools pass plain HTTP on as a proxy does.
        return environment.IsDevelopment() ? services.PostConfigure<TransportOptions>(transport => transport.RequireHttps = false) : services;
    }

    /// <summary>Versions of the Functions host differ in what they say of the scheme; the front end's own word does not pass through them.</summary>
    public static void TellScheme(HttpRequest request)
    {
        if (request.Headers.ContainsKey(CameOverTls))
        {
            request.Scheme = Uri.UriSchemeHttps;
        }
    }
}
