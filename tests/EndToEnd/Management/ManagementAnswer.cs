using System.Net;
using System.Text.Json.Nodes;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>What the management API answered.</summary>
/// <param name="ETag">The header, as sent.</param>
internal sealed record ManagementAnswer(HttpStatusCode Status, string? ContentType, string? ETag, JsonNode Body)
{
    /// <summary>Requires a problem with this code, about this member where one is given.</summary>
    public void RequireProblem(HttpStatusCode status, string code, string? member = null)
    {
        Assert.Equal((status, "application/problem+json"), (Status, ContentType));
        Assert.Equal((code, member), (Body["code"]?.GetValue<string>(), Body["member"]?.GetValue<string>()));
        Assert.Equal((int)status, Body["status"]?.GetValue<int>());
        Assert.EndsWith(".", Body["detail"]?.GetValue<string>(), StringComparison.Ordinal);
    }
}
