using System.Linq.Expressions;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Hosts.Standalone.Discovery;

namespace Serverless.Hosts.Standalone.Http;

/// <summary>
/// Maps HTTP functions as minimal-API handlers: the request, route values by name and the cancellation bind as they do in the Azure host. A function is
/// bound when it is first called, because binding compiles code: that of all functions took a start longer than everything else before the first answer.
/// </summary>
internal static class HttpFunctionEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var prefix = services.GetRequiredService<IOptions<HttpOptions>>().Value.RoutePrefix.Trim('/');
        foreach (var function in services.GetRequiredService<FunctionCatalog>().Functions.OfType<HttpFunction>())
        {
            var pattern = RoutePatternFactory.Parse($"/{prefix}/{function.Route.TrimStart('/')}".Replace("//", "/", StringComparison.Ordinal));
            var bound = new Lazy<RequestDelegate>(() => Bind(function, pattern, services));
            RequestDelegate handler = context => bound.Value(context);
            var endpoint = function.Methods.Count == 0
                ? endpoints.Map(pattern, handler)
                : endpoints.MapMethods(pattern.RawText!, function.Methods.Select(method => method.ToUpperInvariant()), handler);
            endpoint.WithName(function.Name);
        }
    }

    private static RequestDelegate Bind(HttpFunction function, RoutePattern pattern, IServiceProvider services)
    {
        if (IsPlain(function.Method))
        {
            var plain = function.Method.CreateDelegate<Func<HttpRequest, CancellationToken, Task<IResult>>>(services.GetRequiredService(function.Class));
            return async context => await (await plain(context.Request, context.RequestAborted)).ExecuteAsync(context);
        }

        var signature = function.Method.GetParameters().Select(parameter => parameter.ParameterType).Append(function.Method.ReturnType);
        var handler = function.Method.CreateDelegate(Expression.GetDelegateType([.. signature]), services.GetRequiredService(function.Class));
        return RequestDelegateFactory.Create(handler, new RequestDelegateFactoryOptions
        {
            ServiceProvider = services,
            RouteParameterNames = pattern.Parameters.Select(parameter => parameter.Name),
        }).RequestDelegate;
    }

    // What devices call needs no binding, and so no compiler of expressions before the first answer, which took 80 ms.
    private static bool IsPlain(MethodInfo method) =>
        method.ReturnType == typeof(Task<IResult>)
        && method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual([typeof(HttpRequest), typeof(CancellationToken)]);
}
