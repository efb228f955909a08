using System.Net.Sockets;
using Serverless.Tests.Support.Processes;

namespace Serverless.Chaos.Devices;

/// <summary>An address behind which both instances are: a connection goes to one of them by chance, and to the other where that one does not listen.</summary>
internal sealed class Balancer
{
    // So that devices come to both, and soon again to one that is back.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromSeconds(5);

    private readonly int[] _ports;
    private readonly int _port = FreePort.Next();

    public Balancer(params IEnumerable<int> ports)
    {
        _ports = [.. ports];
        Address = new Uri($"http://127.0.0.1:{_port}/");
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false, PooledConnectionLifetime = ConnectionLife, ConnectCallback = ConnectAsync });
    }

    /// <summary>Nobody listens here but to <see cref="Http"/>.</summary>
    public Uri Address { get; }

    public HttpClient Http { get; }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        if (context.DnsEndPoint.Port != _port)
        {
            return await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
        }

        var first = Random.Shared.Next(_ports.Length);
        try
        {
            return await ConnectAsync(context.DnsEndPoint.Host, _ports[first], cancellation);
        }
        catch (SocketException)
        {
            return await ConnectAsync(context.DnsEndPoint.Host, _ports[(first + 1) % _ports.Length], cancellation);
        }
    }

    private static async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
