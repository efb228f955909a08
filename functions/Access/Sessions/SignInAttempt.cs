using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Serverless.Access.Sessions;

/// <summary>
/// What a browser remembers while somebody signs in elsewhere: that it began to (OpenID Connect Core 1.0, 3.1.2.1), so that nobody is signed in by
/// an answer that was meant for another browser, and no token is taken a second time.
/// </summary>
/// <param name="State">Comes back beside the token.</param>
/// <param name="Nonce">Comes back within the token.</param>
internal sealed record SignInAttempt(string State, string Nonce)
{
    private const string Cookie = "__Host-signin";
    private const int Bytes = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    // The answer is posted from the page of the issuer, which is another site. Browsers send such a cookie over TLS only, and to the machine itself.
    private static readonly CookieOptions Options = new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.None, Path = "/", MaxAge = Lifetime };

    public static SignInAttempt Begin(HttpResponse response)
    {
        var attempt = new SignInAttempt(New(), New());
        response.Cookies.Append(Cookie, $"{attempt.State}.{attempt.Nonce}", Options);
        return attempt;
    }

    /// <summary>Each attempt is good once.</summary>
    /// <returns>The attempt of this browser; null when it has none, or not one that the answer is to.</returns>
    public static SignInAttempt? End(HttpRequest request, string? state)
    {
        request.HttpContext.Response.Cookies.Delete(Cookie, Options);
        return request.Cookies[Cookie]?.Split('.') is [var expected, var nonce] && Same(expected, state) ? new SignInAttempt(expected, nonce) : null;
    }

    public static bool Same(string expected, string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    private static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
}
