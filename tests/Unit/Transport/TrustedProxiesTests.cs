using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Transport;

namespace Serverless.Tests.Unit.Transport;

/// <summary>Whom a server believes about who called it.</summary>
[Trait("Threat", "Arbitrary installation via endpoint/MITM")]
public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("", "203.0.113.7", "198.51.100.1", "203.0.113.7")]
    [InlineData("", "127.0.0.1", "198.51.100.1", "127.0.0.1")]
    [InlineData("", "10.0.0.1", "198.51.100.1", "10.0.0.1")]
    [InlineData("127.0.0.1", "10.0.0.1", "198.51.100.1", "10.0.0.1")]
    [InlineData("127.0.0.1", "127.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("127.0.0.1", "127.0.0.1", "203.0.113.7, 198.51.100.1:5678", "198.51.100.1")]
    [InlineData("10.0.0.0/8, ::1", "10.0.0.1", "[2001:db8:7::1]:443", "2001:db8:7::1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "unknown", "10.0.0.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.0/8,192.0.2.0/24", "10.0.0.1", "6.6.6.6, 198.51.100.1, 192.0.2.9", "198.51.100.1")]
    public void Caller_is_the_last_hop_that_is_no_trusted_proxy(string trusted, string remote, string? forwarded, string expected) =>
        Assert.Equal(expected, Caller.AddressOf(Apply(trusted, TestRequest.From(remote, "http", "localhost", ("X-Forwarded-For", forwarded))).Request)?.ToString());

    [Theory]
    [InlineData("10.0.0.0/8", "https", "updates.example.com")]
    [InlineData("192.0.2.1", "http", "localhost")]
    [InlineData("", "http", "localhost")]
    public void Scheme_and_host_are_a_trusted_proxys_to_tell(string trusted, string scheme, string host)
    {
        var request = Apply(trusted, TestRequest.From(
            "10.0.0.1", "http", "localhost", ("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "updates.example.com"))).Request;

        Assert.Equal((scheme, host), (request.Scheme, request.Host.Value));
    }

    [Theory]
    [InlineData("127.0.0.1", "198.51.100.1", true)]
    [InlineData("", "198.51.100.1", false)]
    [InlineData("127.0.0.1", "192.168.0.1", false)]
    public void Network_of_a_device_is_the_callers(string trusted, string forwarded, bool isCounted)
    {
        var pepper = new Pepper(new byte[32]);
        var networks = new DeviceNetworks(pepper, new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)));
        var context = Apply(trusted, TestRequest.From("127.0.0.1", "http", "localhost", ("X-Forwarded-For", forwarded)));

        var expected = isCounted ? NetworkTag.Of(System.Net.IPAddress.Parse(forwarded), new DateOnly(2026, 3, 1), pepper) : null;
        Assert.Equal(expected, networks.Of(context.Request));
    }

    /// <summary>A proxy that passes on what it was sent, and adds nothing of its own, lets anybody say that he is the machine itself.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    public void Nobody_becomes_a_local_caller_by_what_he_writes(string trusted)
    {
        var context = Apply(trusted, TestRequest.From("127.0.0.1", "http", "localhost", ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "localhost")));

        Assert.False(Caller.IsOnThisMachine(context.Request));
    }

    [Theory]
    [InlineData("proxy.example.com")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("10.0.0.0/33")]
    public void Setting_that_is_no_list_of_proxies_is_refused(string trusted)
    {
        var result = new TransportOptionsValidator().Validate(null, new TransportOptions { TrustedProxies = trusted });

        Assert.Contains("Transport:TrustedProxies must be", result.FailureMessage, StringComparison.Ordinal);
    }

    /// <summary>As the hosts do, after a framework that would trust loopback by itself.</summary>
    private static DefaultHttpContext Apply(string trusted, DefaultHttpContext context)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        new TrustedProxies(Options.Create(new TransportOptions { TrustedProxies = trusted })).PostConfigure(null, forwarded);
        new ForwardedHeadersMiddleware(_ => Task.CompletedTask, NullLoggerFactory.Instance, Options.Create(forwarded)).ApplyForwarders(context);
        return context;
    }
}
