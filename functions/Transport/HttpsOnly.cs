using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Access;
using Serverless.Management;

namespace Serverless.Transport;

/// <summary>
/// Refuses plain HTTP, and redirects nobody: what was asked in the open is not answered, so nothing learns to ask so. Loopback stays open for development, and
/// health for load balancers, which ask over plain HTTP and are told nothing.
/// </summary>
internal sealed class HttpsOnly(IOptions<TransportOptions> options) : IRequestGuard
{
    public ValueTask<IResult?> RefuseAsync(HttpContext context, CancellationToken cancellation) =>
        ValueTask.FromResult(!options.Value.RequireHttps || IsAllowed(context.Request) ? null : Problem.HttpsRequired.ToHttp());

    private static bool IsAllowed(HttpRequest request) =>
        request.IsHttps || Caller.IsOnThisMachine(request) || request.Path.StartsWithSegments("/api/health");
}
