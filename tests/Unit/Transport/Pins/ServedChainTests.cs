using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Serverless.Tests.Support.Certificates;
using Serverless.Transport.Pins;

namespace Serverless.Tests.Unit.Transport.Pins;

/// <summary>What a server shows, read over real TLS.</summary>
[Trait("Threat", "Arbitrary installation via endpoint/MITM")]
public sealed class ServedChainTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whole_chain_is_read_with_its_pins()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        await using var server = TlsListener.Start(certificate, _authority.Issuing);

        var (fault, chain) = await ServedChain.ReadAsync(server.Address, [_authority.Root], Long, Cancellation);

        Assert.Null(fault);
        Assert.Null(chain!.Defect);
        Assert.Equal(["CN=127.0.0.1", "CN=Test Issuing CA", "CN=Test Root"], chain.Certificates.Select(shown => shown.Subject));
        Assert.Equal(
            [PinOf(certificate), PinOf(_authority.Issuing), PinOf(_authority.Root)],
            chain.Certificates.Select(shown => shown.Pin));
    }

    [Fact]
    public async Task Chain_that_nothing_here_trusts_is_shown_with_its_defect()
    {
        using var certificate = _authority.Issue("127.0.0.1");
        using var stranger = new TestAuthority();
        await using var server = TlsListener.Start(certificate, _authority.Issuing);

        var (_, chain) = await ServedChain.ReadAsync(server.Address, [stranger.Root], Long, Cancellation);

        Assert.StartsWith("The chain does not verify here: ", chain!.Defect, StringComparison.Ordinal);
        Assert.Equal("CN=127.0.0.1", chain.Certificates[0].Subject);
    }

    [Fact]
    public async Task Certificate_for_another_name_is_shown_with_its_defect()
    {
        using var certificate = _authority.Issue("other.example.com");
        await using var server = TlsListener.Start(certificate, _authority.Issuing);

        var (_, chain) = await ServedChain.ReadAsync(server.Address, [_authority.Root], Long, Cancellation);

        Assert.Equal("The certificate is not for 127.0.0.1.", chain!.Defect);
    }

    [Fact]
    public async Task Server_that_says_nothing_is_not_waited_for()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        var (fault, chain) = await ServedChain.ReadAsync(address, [], TimeSpan.FromMilliseconds(200), Cancellation);

        Assert.Null(chain);
        Assert.Equal($"127.0.0.1:{address.Port} does not answer within 0.2 seconds.", fault);
    }

    [Fact]
    public async Task Server_that_is_none_and_one_without_tls_are_told_in_a_sentence()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        var plain = Task.Run(
            async () =>
            {
                using var client = await listener.AcceptTcpClientAsync(Cancellation);
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancellation);
            },
            Cancellation);

        var (withoutTls, _) = await ServedChain.ReadAsync(address, [], Long, Cancellation);
        await plain;
        listener.Stop();
        var (nobody, _) = await ServedChain.ReadAsync(address, [], Long, Cancellation);

        Assert.StartsWith($"127.0.0.1:{address.Port} does not speak TLS 1.2 or later: ", withoutTls, StringComparison.Ordinal);
        Assert.StartsWith($"127.0.0.1:{address.Port} cannot be reached: ", nobody, StringComparison.Ordinal);
    }

    public void Dispose() => _authority.Dispose();

    private static string PinOf(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.GetECDsaPrivateKey()!.ExportSubjectPublicKeyInfo()));
}
