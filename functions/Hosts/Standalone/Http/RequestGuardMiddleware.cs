using Microsoft.AspNetCore.Http;
using Serverless.Access;

namespace Serverless.Hosts.Standalone.Http;

/// <summary>Asks the guards before Kestrel's requests reach a function.</summary>
internal sealed class RequestGuardMiddleware(RequestDelegate next, RequestGuards guards)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (await guards.RefuseAsync(context, context.RequestAborted) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
    }
}
