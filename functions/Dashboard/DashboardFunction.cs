using Microsoft.AspNetCore.Http;

namespace Serverless.Dashboard;

/// <summary>The dashboard: its page at <c>/</c>, and below <c>/dashboard</c> what the page loads. It holds nothing of anybody's, so it asks nobody who they are.</summary>
internal sealed class DashboardFunction(DashboardFiles files)
{
    private const string Page = "index.html";

    /// <param name="request">Not looked at.</param>
    /// <param name="path">Absent at the root, which is the only page; a route that is empty would stand for the function's name.</param>
    [Function("Dashboard")]
    public IResult ReadPage([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "{path?}")] HttpRequest request, string? path) => Find(path is null ? Page : "");

    [Function("DashboardFile")]
    public IResult ReadFile([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dashboard/{*path}")] HttpRequest request, string path) => Find(path);

    private IResult Find(string path) => files.All.TryGetValue(path, out var file) ? file : Results.NotFound();
}
