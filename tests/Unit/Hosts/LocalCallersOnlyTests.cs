using Serverless.Hosts.Standalone.Http;
using Serverless.Tests.Unit.Transport;

namespace Serverless.Tests.Unit.Hosts;

/// <summary>Which requests count as made by somebody on this machine, to this server.</summary>
public sealed class LocalCallersOnlyTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:7071")]
    [InlineData("127.0.0.1", "localhost:7071")]
    [InlineData("127.8.9.10", "LOCALHOST")]
    [InlineData("::1", "[::1]:7071")]
    [InlineData("::ffff:127.0.0.2", "127.0.0.2")]
    public void Direct_call_over_loopback_is_let_through(string caller, string host) => Assert.True(Admits(caller, host));

    [Theory]
    [InlineData("192.0.2.10")]
    [InlineData("2001:db8::1")]
    [InlineData("::ffff:192.0.2.10")]
    [InlineData(null)]
    public void Call_from_elsewhere_is_refused_whatever_it_says(string? caller) => Assert.False(Admits(caller, "localhost"));

    [Theory]
    [InlineData("updates.example.com")]
    [InlineData("localhost.example.com")]
    [InlineData("127.0.0.1.example.com")]
    [InlineData("192.0.2.10:7071")]
    [InlineData("")]
    public void Call_to_a_name_that_is_not_loopback_is_refused(string host) => Assert.False(Admits("127.0.0.1", host));

    [Theory]
    [InlineData("http://localhost:7071", true)]
    [InlineData("http://localhost:5173", false)]
    [InlineData("https://localhost:7071", false)]
    [InlineData("http://page.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Web_page_may_call_the_server_it_came_from_only(string origin, bool admitted) =>
        Assert.Equal(admitted, Admits("127.0.0.1", "localhost:7071", ("Origin", origin)));

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-for")]
    [InlineData("Forwarded")]
    [InlineData("Via")]
    [InlineData("X-Real-IP")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Original-For")]
    public void Call_that_was_passed_on_is_refused(string header) => Assert.False(Admits("127.0.0.1", "localhost", (header, "127.0.0.1")));

    private static bool Admits(string? caller, string host, params (string Name, string Value)[] headers) =>
        LocalCallersOnly.Admits(TestRequest.From(caller, "http", host, headers.Select(header => (header.Name, (string?)header.Value))).Request);
}
