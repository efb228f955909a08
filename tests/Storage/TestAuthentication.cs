using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;

namespace Serverless.Tests.Storage;

/// <summary>Takes everybody for the same caller, where a test is about something else.</summary>
internal sealed class TestAuthentication(Principal caller) : IAuthentication
{
    public ValueTask<(Problem? Problem, Principal? Principal)> AuthenticateAsync(HttpRequest request, CancellationToken cancellation) =>
        ValueTask.FromResult<(Problem?, Principal?)>((null, caller));
}
