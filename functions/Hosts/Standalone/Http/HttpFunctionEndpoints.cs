using System.Linq.Expressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Hosts.Standalone.Discovery;

namespace Serverless.Hosts.Standalone.Http;

/// <summary>
/// Maps HTTP functions as minimal-API handlers: the request, route values by name and the cancellation bind as they do in the Azure host.
/// </summary>
internal static class HttpFunctionEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var prefix = services.GetRequiredService<IOptions<HttpOptions>>().Value.RoutePrefix.Trim('/');
        foreach (var function in services.GetRequiredService<FunctionCatalog>().Functions.OfType<HttpFunction>())
        {
            var pattern = $"/{prefix}/{function.Route.TrimStart('/')}".Replace("//", "/", StringComparison.Ordinal);
            var handler = HandlerOf(function, services.GetRequiredService(function.Class));
            var endpoint = function.Methods.Count == 0
                ? endpoints.Map(pattern, handler)
                : endpoints.MapMethods(pattern, function.Methods.Select(method => method.ToUpperInvariant()), handler);
            endpoint.WithName(function.Name);
        }
    }

    private static Delegate HandlerOf(HttpFunction function, object instance)
    {
        var signature = function.Method.GetParameters().Select(parameter => parameter.ParameterType).Append(function.Method.ReturnType);
        return function.Method.CreateDelegate(Expression.GetDelegateType([.. signature]), instance);
    }
}
