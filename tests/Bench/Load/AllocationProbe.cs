using System.Net;
using System.Net.Sockets;
using Serverless.Tests.Support.Processes;

namespace Serverless.Bench.Load;

/// <summary>Asks a process that was started with its settings how much it has allocated.</summary>
internal sealed class AllocationProbe
{
    private readonly int _port = FreePort.Next();

    /// <summary>Of the process that is to be watched.</summary>
    public KeyValuePair<string, string>[] Settings =>
    [
        KeyValuePair.Create("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location),
        KeyValuePair.Create(StartupHook.Port, $"{_port}"),
    ];

    /// <returns>Bytes since the process started.</returns>
    public async Task<long> ReadAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port);
        var answer = new byte[sizeof(long)];
        await client.GetStream().ReadExactlyAsync(answer);
        return BitConverter.ToInt64(answer);
    }
}
