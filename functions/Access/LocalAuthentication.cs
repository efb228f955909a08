using Microsoft.AspNetCore.Http;
using Serverless.Management;

namespace Serverless.Access;

/// <summary>Takes whom the host lets through for somebody who may do everything.</summary>
internal sealed class LocalAuthentication : IAuthentication
{
    private static readonly Principal Caller = new("management-api", Scopes.Admin);

    public ValueTask<(Problem? Problem, Principal? Principal)> AuthenticateAsync(HttpRequest request, CancellationToken cancellation) =>
        ValueTask.FromResult<(Problem?, Principal?)>((null, Caller));
}
