using Microsoft.AspNetCore.Http;
using Serverless.Management;

namespace Serverless.Access;

/// <summary>Finds out who makes a management call.</summary>
internal interface IAuthentication
{
    /// <returns>Either why nobody knows, or who it is.</returns>
    ValueTask<(Problem? Problem, Principal? Principal)> AuthenticateAsync(HttpRequest request, CancellationToken cancellation);
}
