using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Serverless.Management;

/// <summary>Why a management call failed, as RFC 9457 writes it, with a code of ours.</summary>
/// <param name="Status">The HTTP status, repeated in the body.</param>
/// <param name="Code">From <see cref="ProblemCode"/>.</param>
/// <param name="Detail">One sentence for people.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    public static readonly Problem LocalCallersOnly = new(
        StatusCodes.Status403Forbidden, ProblemCode.LocalCallersOnly, "This server takes management calls from its own machine only, made to it directly.");

    /// <summary>The status in words: without a <c>type</c>, the RFC wants nothing else here.</summary>
    public string Title => ReasonPhrases.GetReasonPhrase(Status);

    public IResult ToHttp() => Results.Json(this, ManagementJson.Default.Problem, "application/problem+json", Status);
}
