using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Devices;

namespace Serverless.Limits;

/// <summary>
/// Refuses what a network asks beyond its allowance, and management calls and sign-ins from a network from which too many came that were nobody's. The server's
/// health is told to whoever asks: who watches it must not take a limit for an outage.
/// </summary>
internal sealed class NetworkGuard(RequestLimits limits, DeviceNetworks networks) : IRequestGuard
{
    public ValueTask<IResult?> RefuseAsync(HttpContext context, CancellationToken cancellation) => ValueTask.FromResult(Refuse(context));

    private IResult? Refuse(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/api/health") || networks.Of(context.Request) is not { } network)
        {
            return null;
        }

        if (limits.Request(network) is { } wait)
        {
            return path.StartsWithSegments("/api/updates") ? TooManyRequests.ForCheck()
                : path.StartsWithSegments("/api/stats") || path.StartsWithSegments("/api/channel_self") ? TooManyRequests.ForDevice(wait)
                : TooManyRequests.ForCaller(wait);
        }

        return path.StartsWithSegments("/api/manage") || path.StartsWithSegments("/api/session") ? RefuseLogin(context, network) : null;
    }

    private IResult? RefuseLogin(HttpContext context, NetworkTag network)
    {
        if (limits.Login(network) is { } wait)
        {
            return TooManyRequests.ForCaller(wait);
        }

        // Whoever refuses the call does so behind this guard, and need not know of the limit.
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode is StatusCodes.Status401Unauthorized)
            {
                limits.FailedLogin(network);
            }

            return Task.CompletedTask;
        });
        return null;
    }
}
