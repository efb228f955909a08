using System.Net;
using Microsoft.AspNetCore.Http;

namespace Serverless.Transport;

/// <summary>
/// Who sent a request: the one place that says so. Each host has put the forwarded headers of <see cref="TrustedProxies"/> into the request before
/// anything asks; those of others are left where they are, and count for nothing.
/// </summary>
internal static class Caller
{
    // Whoever passes a request on leaves one of these; those named Original are what is left of a trusted proxy's.
    private static readonly string[] RelayHeaders =
    [
        "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "X-Original-For", "X-Original-Proto", "X-Original-Host",
    ];

    /// <returns>Null where the transport has no addresses.</returns>
    public static IPAddress? AddressOf(HttpRequest request) =>
        request.HttpContext.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : request.HttpContext.Connection.RemoteIpAddress;

    /// <summary>Somebody on this machine, who asked the server itself. What a proxy passed on comes from the loopback interface too, and is told by its headers.</summary>
    public static bool IsOnThisMachine(HttpRequest request) =>
        AddressOf(request) is { } address && IPAddress.IsLoopback(address) && !RelayHeaders.Any(request.Headers.ContainsKey);

    /// <summary>The name that the caller resolved: a page that had its own name point here, by DNS rebinding, still sends that name.</summary>
    public static bool NamesThisMachine(HttpRequest request) =>
        request.Host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(request.Host.Host, out var address)
            && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));
}
