using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Tests.Support;
using Serverless.Transport;

namespace Serverless.Tests.Unit.Transport;

/// <summary>Kestrel with the limits of both hosts, and clients that are up to no good.</summary>
[Trait("Threat", "Drop-request / DoS")]
public sealed class ConnectionLimitsTests : IAsyncLifetime
{
    private WebApplication? _app;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureOptions<LimitedConnections>();
        builder.Services.Configure<ConnectionLimits>(limits =>
        {
            limits.MaxRequestLineBytes = 512;
            limits.MaxHeaders = 8;
            limits.MaxHeaderBytes = 2048;
            limits.MaxBodyBytes = 200_000;
            limits.HeadersTimeout = TimeSpan.FromSeconds(1);
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(1);
            limits.GracePeriod = TimeSpan.FromSeconds(1.2);
            limits.MaxOpen = 3;
        });
        _app = builder.Build();
        _app.MapGet("/", () => "hello");
        _app.MapPost("/", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return "read";
        });
        await _app.StartAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>At once, because each takes Kestrel more than a second.</summary>
    [Fact]
    public async Task Who_trickles_a_header_or_a_body_or_says_nothing_is_cut_off()
    {
        using var header = await ConnectAsync("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        using var body = await ConnectAsync("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
        using var silent = await ConnectAsync("");

        var ends = await Task.WhenAll(header.TrickleAsync(), body.TrickleAsync(), silent.ReadToEndAsync());

        Assert.StartsWith("HTTP/1.1 408", ends[0], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 408", ends[1], StringComparison.Ordinal);
        Assert.Equal("", ends[2]);
    }

    [Fact]
    public async Task Request_larger_than_allowed_is_refused()
    {
        var path = new string('a', 600);
        var many = string.Concat(Enumerable.Range(0, 9).Select(at => $"X-{at}: 1\r\n"));
        var large = $"X-Large: {new string('a', 3000)}\r\n";

        Assert.StartsWith("HTTP/1.1 414", await AnswerAsync($"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await AnswerAsync($"GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", await AnswerAsync($"GET / HTTP/1.1\r\nHost: localhost\r\n{large}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413", await AnswerAsync("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200001\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_others_go_on()
    {
        const string request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        using var first = await ConnectAsync(request);
        using var second = await ConnectAsync(request);
        using var third = await ConnectAsync(request);
        Assert.All(await Task.WhenAll(first.ReadLineAsync(), second.ReadLineAsync(), third.ReadLineAsync()), line => Assert.Equal("HTTP/1.1 200 OK", line));

        using var fourth = await ConnectAsync(request);

        Assert.Equal("", await fourth.ReadToEndAsync());
    }

    [Fact]
    public async Task Server_does_not_say_what_it_is() =>
        Assert.DoesNotContain("\r\nServer:", await AnswerAsync("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), StringComparison.OrdinalIgnoreCase);

    private async Task<string> AnswerAsync(string request)
    {
        using var client = await ConnectAsync(request);
        return await client.ReadToEndAsync();
    }

    private async Task<RawClient> ConnectAsync(string request)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(_app!.Urls.Single()).Port, Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        return new RawClient(socket);
    }

    private sealed class RawClient(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);

        /// <summary>A byte now and then, for as long as the server takes them.</summary>
        /// <returns>What it said in the end.</returns>
        public async Task<string> TrickleAsync()
        {
            var answer = ReadToEndAsync();
            await Eventually.True(
                async () =>
                {
                    if (!answer.IsCompleted)
                    {
                        await SendAsync();
                    }

                    return answer.IsCompleted;
                },
                "The server should have ended the connection.");
            return await answer;
        }

        /// <returns>Empty when the connection ends, or is reset, without a word.</returns>
        public async Task<string> ReadToEndAsync()
        {
            var said = new MemoryStream();
            try
            {
                await _stream.CopyToAsync(said, Cancellation);
            }
            catch (IOException)
            {
                // Reset, because something that was sent was not read any more.
            }

            return Encoding.ASCII.GetString(said.ToArray());
        }

        public async Task<string?> ReadLineAsync()
        {
            using var reader = new StreamReader(_stream, leaveOpen: true);
            return await reader.ReadLineAsync(Cancellation);
        }

        public void Dispose() => _stream.Dispose();

        private async Task SendAsync()
        {
            try
            {
                await _stream.WriteAsync("a"u8.ToArray(), Cancellation);
            }
            catch (IOException)
            {
                // The end of the connection shows at the reading side.
            }
        }
    }
}
