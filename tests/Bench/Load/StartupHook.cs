using System.Net;
using System.Net.Sockets;

/// <summary>
/// Runs inside a measured process before its own code (<c>DOTNET_STARTUP_HOOKS</c>): tells whoever connects how much the process has allocated so far, as eight bytes.
/// The runtime wants it by this name and in no namespace.
/// </summary>
internal static class StartupHook
{
    /// <summary>Holds the loopback port to listen on.</summary>
    public const string Port = "BENCH_ALLOCATIONS_PORT";

    public static void Initialize()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(Port), out var port))
        {
            new Thread(() => Answer(port)) { IsBackground = true, Name = "allocations" }.Start();
        }
    }

    private static void Answer(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (true)
        {
            using var client = listener.AcceptTcpClient();
            client.Client.Send(BitConverter.GetBytes(GC.GetTotalAllocatedBytes(precise: true)));
        }
    }
}
