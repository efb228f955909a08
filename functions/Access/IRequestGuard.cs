using Microsoft.AspNetCore.Http;

namespace Serverless.Access;

/// <summary>
/// Stands before every HTTP function, in both hosts: lets a request through, or answers it in the function's place. Guards are asked in the
/// order of their registration, before anything of the body was read, and the first refusal is the answer.
/// </summary>
internal interface IRequestGuard
{
    /// <param name="context">The request; a guard may set headers of the answer, also when it lets the request through.</param>
    /// <param name="cancellation">The request was given up.</param>
    /// <returns>The refusal, or null to let the request go on.</returns>
    ValueTask<IResult?> RefuseAsync(HttpContext context, CancellationToken cancellation);
}
