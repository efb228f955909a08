using Microsoft.AspNetCore.Http;

namespace Serverless.Access.Sessions;

/// <summary>
/// The cookie in which a browser keeps the token of whoever signed in: out of reach of scripts, sent to this host alone, from its own pages alone, and until the browser ends.
/// </summary>
internal static class SessionCookie
{
    /// <summary>What a browser keeps of a cookie, name and attributes included, is 4,096 bytes.</summary>
    public const int MaxToken = 3_900;

    // Browsers let nobody set a cookie of this prefix from another host of the domain (RFC 6265bis, 4.1.3).
    private const string Secure = "__Host-session";

    // Of a developer's machine, which the prefix is not for.
    private const string Plain = "session";

    public static string? Read(HttpRequest request) => request.Cookies[NameFor(request)] is { Length: > 0 } token ? token : null;

    public static void Write(HttpResponse response, string token) => response.Cookies.Append(NameFor(response.HttpContext.Request), token, OptionsFor(response));

    public static void Delete(HttpResponse response) => response.Cookies.Delete(NameFor(response.HttpContext.Request), OptionsFor(response));

    private static string NameFor(HttpRequest request) => request.IsHttps ? Secure : Plain;

    private static CookieOptions OptionsFor(HttpResponse response) => new()
    {
        HttpOnly = true,
        Secure = response.HttpContext.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
    };
}
