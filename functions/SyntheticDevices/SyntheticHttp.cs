using System.Diagnostics;

namespace Serverless.SyntheticDevices;

/// <summary>The connections of synthetic devices. Addresses are never logged: they carry signatures.</summary>
internal sealed class SyntheticHttp : IDisposable
{
    private readonly HttpClient _client;

    public SyntheticHttp()
        : this(new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1), ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
    }

    /// <param name="handler">Owned.</param>
    public SyntheticHttp(HttpMessageHandler handler) => _client = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(1) };

    /// <returns>The response without its body, and how long its first byte took.</returns>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    /// <exception cref="TimeoutException">There was none in a minute.</exception>
    public async Task<(HttpResponseMessage Response, TimeSpan FirstByte)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return (response, Stopwatch.GetElapsedTime(started));
        }
        catch (TaskCanceledException e) when (e.InnerException is TimeoutException && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("There was no answer in time.", e);
        }
    }

    public void Dispose() => _client.Dispose();
}
