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

    public static readonly Problem AppNotFound = new(StatusCodes.Status404NotFound, ProblemCode.AppNotFound, "This server does not know the app.");

    public static readonly Problem StorageUnavailable = new(
        StatusCodes.Status503ServiceUnavailable, ProblemCode.StorageUnavailable, "The storage does not answer right now; the call can be made again.");

    /// <summary>The status in words: without a <c>type</c>, the RFC wants nothing else here.</summary>
    public string Title => ReasonPhrases.GetReasonPhrase(Status);

    /// <summary>The parameter or member that the problem is about, where there is one.</summary>
    public string? Member { get; init; }

    public static Problem MissingParameter(string name) =>
        new(StatusCodes.Status400BadRequest, ProblemCode.MissingParameter, $"The query lacks {name}.") { Member = name };

    /// <param name="name">The parameter.</param>
    /// <param name="expected">What it should be, to follow "must be".</param>
    public static Problem InvalidParameter(string name, string expected) =>
        new(StatusCodes.Status400BadRequest, ProblemCode.InvalidParameter, $"{name} must be {expected}.") { Member = name };

    public IResult ToHttp() => Results.Json(this, ManagementJson.Default.Problem, "application/problem+json", Status);
}
