using Microsoft.AspNetCore.Http;

namespace Serverless.Access.Sessions;

/// <summary>
/// Whether a page of this server makes a call, and not one of another site with the cookie that the browser adds by itself: the browser says so
/// (Fetch Metadata), or, if it is too old for that, the page has set a header that no other site can set without being asked about first.
/// </summary>
internal static class SameOrigin
{
    public const string Header = "X-Dashboard";

    public static bool Holds(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site ? site == "same-origin" : request.Headers.ContainsKey(Header);
}
