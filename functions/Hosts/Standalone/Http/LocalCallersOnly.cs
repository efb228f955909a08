using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Management;

namespace Serverless.Hosts.Standalone.Http;

/// <summary>
/// Stands in for the platform's function keys: lets only requests through that somebody on this machine made to this server itself. A request
/// that a web page made, or a proxy passed on, comes from the loopback interface too, and is told by its headers.
/// </summary>
internal sealed class LocalCallersOnly : IEndpointFilter
{
    // Whoever passes a request on leaves one of these.
    private static readonly string[] RelayHeaders = ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Admits(context.HttpContext.Request) ? next(context) : ValueTask.FromResult<object?>(Problem.LocalCallersOnly.ToHttp());

    internal static bool Admits(HttpRequest request) =>
        request.HttpContext.Connection.RemoteIpAddress is { } caller && IsLoopback(caller)
        && NamesLoopback(request.Host)
        && IsSameOrigin(request)
        && !RelayHeaders.Any(request.Headers.ContainsKey);

    // The name that the caller resolved: a page that had its own name point here, by DNS rebinding, still sends that name.
    private static bool NamesLoopback(HostString host) =>
        host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Host, out var address) && IsLoopback(address));

    private static bool IsSameOrigin(HttpRequest request) =>
        !request.Headers.TryGetValue("Origin", out var origin)
        || $"{request.Scheme}://{request.Host}".Equals(origin, StringComparison.OrdinalIgnoreCase);

    // Behind a dual-stack socket the caller is an IPv6 address that holds the IPv4 one.
    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
