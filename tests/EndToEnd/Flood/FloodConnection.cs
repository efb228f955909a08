using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Serverless.Tests.EndToEnd.Flood;

/// <summary>Sends requests one behind the other without waiting, as fast as the server takes them, and counts the statuses that come back.</summary>
internal static class FloodConnection
{
    private const int MaxRequests = 60;

    // Says that the body may come; the answer follows.
    private const int Continue = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Mark = "HTTP/1.1 "u8.ToArray();

    /// <returns>The status of each request that was answered.</returns>
    /// <exception cref="OperationCanceledException">The server neither answered nor closed.</exception>
    public static async Task<List<int>> RunAsync(Uri server, Chaos chaos, CancellationToken cancellation)
    {
        List<MalformedRequest> requests = [.. Enumerable.Range(0, chaos.Below(MaxRequests)).Select(_ => MalformedRequest.Readable(chaos)), MalformedRequest.Last(chaos)];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, deadline.Token);

        // At the same time: a server that cannot get rid of its answers reads no further.
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = ReadAsync(socket, requests.Count - 1, answered, deadline.Token);
        try
        {
            foreach (var request in requests)
            {
                await socket.SendAsync(request.Bytes, deadline.Token);
            }
        }
        catch (SocketException)
        {
            // It has closed before it was sent everything, as it may.
        }

        if (requests[^1].Ending is Ending.ClientResets)
        {
            await answered.Task;
            socket.Close(timeout: 0);
        }

        return await reading;
    }

    /// <param name="socket">The connection.</param>
    /// <param name="expected">How many of the requests have to be answered.</param>
    /// <param name="answered">Completed when they are, or will not be any more.</param>
    /// <param name="cancellation">Gives up.</param>
    private static async Task<List<int>> ReadAsync(Socket socket, int expected, TaskCompletionSource answered, CancellationToken cancellation)
    {
        var statuses = new List<int>(expected + 1);
        var buffer = new byte[32 * 1024];
        var kept = 0;
        try
        {
            if (expected == 0)
            {
                answered.TrySetResult();
            }

            while (await socket.ReceiveAsync(buffer.AsMemory(kept), cancellation) is > 0 and var received)
            {
                var end = kept + received;
                var at = 0;
                for (int found; (found = buffer.AsSpan(at, end - at).IndexOf(Mark)) >= 0 && at + found + Mark.Length + 3 <= end;)
                {
                    at += found + Mark.Length;
                    var status = int.Parse(buffer.AsSpan(at, 3), CultureInfo.InvariantCulture);
                    if (status != Continue)
                    {
                        statuses.Add(status);
                    }
                }

                if (statuses.Count >= expected)
                {
                    answered.TrySetResult();
                }

                // What may be the beginning of a mark.
                kept = Math.Min(end - at, Mark.Length + 2);
                buffer.AsSpan(end - kept, kept).CopyTo(buffer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset by either side.
        }
        finally
        {
            answered.TrySetResult();
        }

        return statuses;
    }
}
