using Microsoft.AspNetCore.Http;
using Serverless.Management;
using Serverless.Transport;

namespace Serverless.Hosts.Standalone.Http;

/// <summary>
/// Stands in for the platform's function keys: lets only requests through that somebody on this machine made to this server itself. A request
/// that a web page made, or a proxy passed on, comes from the loopback interface too, and is told by its headers.
/// </summary>
internal sealed class LocalCallersOnly : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Admits(context.HttpContext.Request) ? next(context) : ValueTask.FromResult<object?>(Problem.LocalCallersOnly.ToHttp());

    internal static bool Admits(HttpRequest request) => Caller.IsOnThisMachine(request) && Caller.NamesThisMachine(request) && IsSameOrigin(request);

    private static bool IsSameOrigin(HttpRequest request) =>
        !request.Headers.TryGetValue("Origin", out var origin)
        || $"{request.Scheme}://{request.Host}".Equals(origin, StringComparison.OrdinalIgnoreCase);
}
