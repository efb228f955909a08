using Microsoft.AspNetCore.Http;
using Serverless.Access.Sessions;

namespace Serverless.Tests.Unit.Access.Sessions;

public sealed class SessionTests
{
    [Theory]
    [InlineData("https", "__Host-session=sot_x; path=/; secure; samesite=strict; httponly")]
    [InlineData("http", "session=sot_x; path=/; samesite=strict; httponly")]
    public void Cookie_is_out_of_reach_of_scripts_and_of_other_sites(string scheme, string expected)
    {
        var context = new DefaultHttpContext { Request = { Scheme = scheme } };

        SessionCookie.Write(context.Response, "sot_x");

        Assert.Equal(expected, context.Response.Headers.SetCookie);
    }

    [Theory]
    [InlineData("https", "session=sot_x", null)]
    [InlineData("https", "__Host-session=sot_x", "sot_x")]
    [InlineData("http", "session=sot_x", "sot_x")]
    [InlineData("http", "other=1", null)]
    [InlineData("http", "session=", null)]
    public void Cookie_is_read_under_the_name_that_its_scheme_has(string scheme, string cookie, string? expected) =>
        Assert.Equal(expected, SessionCookie.Read(new DefaultHttpContext { Request = { Scheme = scheme, Headers = { Cookie = cookie } } }.Request));

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("same-origin", null, true)]
    [InlineData("same-site", null, false)]
    [InlineData("cross-site", null, false)]
    [InlineData("none", null, false)]
    [InlineData(null, "1", true)]
    [InlineData("cross-site", "1", false)]
    public void Call_comes_from_a_page_of_this_server_when_the_browser_says_so_or_no_other_site_could_make_it(string? site, string? header, bool expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Sec-Fetch-Site"] = site;
        request.Headers[SameOrigin.Header] = header;

        Assert.Equal(expected, SameOrigin.Holds(request));
    }
}
