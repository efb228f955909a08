using Microsoft.AspNetCore.Http;

namespace Serverless.Access;

/// <summary>All guards in their order. Each host has a middleware that asks them.</summary>
internal sealed class RequestGuards(IEnumerable<IRequestGuard> guards)
{
    private readonly IRequestGuard[] _guards = [.. guards];

    /// <returns>The first refusal, or null when all guards let the request go on.</returns>
    public async ValueTask<IResult?> RefuseAsync(HttpContext context, CancellationToken cancellation)
    {
        foreach (var guard in _guards)
        {
            if (await guard.RefuseAsync(context, cancellation) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }
}
