using System.Net;
using System.Net.Sockets;

namespace Serverless.Tests.Support.Processes;

public static class FreePort
{
    /// <summary>A loopback port that nobody listens on now. Another process may take it before its use: a start can then fail, rarely.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
