using Serverless.Access;

namespace Serverless.Tests.Storage;

internal static class TestPrincipal
{
    /// <summary>Somebody who may do everything.</summary>
    public static readonly Principal Operator = new("token:operator", Scopes.Admin);
}
