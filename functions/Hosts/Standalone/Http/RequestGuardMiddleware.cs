using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Access;
using Serverless.Transport;

namespace Serverless.Hosts.Standalone.Http;

/// <summary>Asks the guards before Kestrel's requests reach a function.</summary>
internal sealed class RequestGuardMiddleware(RequestDelegate next, RequestGuards guards, ILogger<RequestGuardMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        using var scope = CorrelationId.BeginScope(logger, context);
        if (await guards.RefuseAsync(context, context.RequestAborted) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        await next(context);
    }
}
