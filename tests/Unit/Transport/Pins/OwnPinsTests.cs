using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.SyntheticDevices;
using Serverless.Tests.Support.Certificates;
using Serverless.Transport.Pins;

namespace Serverless.Tests.Unit.Transport.Pins;

/// <summary>What a server finds out about its own address.</summary>
public sealed class OwnPinsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Own_address_is_asked_once_in_five_minutes()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = TlsListener.Start(certificate, _authority.Issuing);
        var pins = Pins(server.Address.ToString());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pins.ReadAsync(Cancellation)));
        _time.Advance(TimeSpan.FromMinutes(4));
        await pins.ReadAsync(Cancellation);
        Assert.All(answers, answer => Assert.Equal("CN=127.0.0.1", answer.Chain!.Certificates[0].Subject));
        Assert.Equal(1, server.Handshakes);

        _time.Advance(TimeSpan.FromMinutes(2));
        await pins.ReadAsync(Cancellation);
        Assert.Equal(2, server.Handshakes);
    }

    [Fact]
    public async Task Address_that_did_not_answer_is_asked_again_in_ten_seconds()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        var server = TlsListener.Start(certificate);
        var pins = Pins(server.Address.ToString());
        await server.DisposeAsync();

        var (fault, _) = await pins.ReadAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(9));
        var (same, _) = await pins.ReadAsync(Cancellation);

        Assert.Contains("cannot be reached", fault, StringComparison.Ordinal);
        Assert.Same(fault, same);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotSame(fault, (await pins.ReadAsync(Cancellation)).Fault);
        await RequireUnavailableAsync(pins);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http://updates.example.com")]
    public async Task Server_without_an_https_address_has_no_pins(string? address)
    {
        var pins = Pins(address);

        Assert.Equal((null, null), await pins.ReadAsync(Cancellation));
        await RequireUnavailableAsync(pins);
    }

    public void Dispose() => _authority.Dispose();

    private static async Task RequireUnavailableAsync(OwnPins pins)
    {
        var answer = await new PinsFunction(pins).RunAsync(new DefaultHttpContext().Request, Cancellation);

        Assert.Equal((int)HttpStatusCode.ServiceUnavailable, Assert.IsAssignableFrom<IStatusCodeHttpResult>(answer).StatusCode);
    }

    private OwnPins Pins(string? address) =>
        new(new OwnAddress(Options.Create(new SyntheticDeviceOptions { BaseUrl = address }), new ConfigurationBuilder().Build()), _time);
}
