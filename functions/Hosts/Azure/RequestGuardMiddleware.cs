using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Serverless.Access;
using Serverless.Transport;

namespace Serverless.Hosts.Azure;

/// <summary>Asks the guards before an HTTP function of the isolated worker runs. Functions of other triggers pass.</summary>
internal sealed class RequestGuardMiddleware(RequestGuards guards, ILogger<RequestGuardMiddleware> logger) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        using var scope = CorrelationId.BeginScope(logger, http);
        PlatformFrontEnd.TellScheme(http.Request);
        if (await guards.RefuseAsync(http, context.CancellationToken) is { } refusal)
        {
            // The worker executes a result that it finds here as if the function had returned it.
            context.GetInvocationResult().Value = refusal;
            return;
        }

        await next(context);
    }
}
