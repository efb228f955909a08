using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace Serverless.Deliveries;

/// <summary>Sends one request to an endpoint and says what came of it. Follows no redirect, keeps no cookie, reads no body, and gives up in time.</summary>
internal sealed class DeliveryHttp(IOptions<DeliveryOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = ConnectionLifetime,
        ConnectTimeout = options.Value.Timeout,
    });

    /// <exception cref="OperationCanceledException">The caller gave up; whether the endpoint has it is not known.</exception>
    public async Task<DeliveryOutcome> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(options.Value.Timeout);
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            return response.StatusCode switch
            {
                _ when response.IsSuccessStatusCode => new DeliveryOutcome.Delivered(),
                HttpStatusCode.Gone => new DeliveryOutcome.Gone(),
                var status => new DeliveryOutcome.Failed(((int)status).ToString(CultureInfo.InvariantCulture), RetryAfter(response)),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DeliveryOutcome.Failed("timeout");
        }
        catch (HttpRequestException)
        {
            return new DeliveryOutcome.Failed("unreachable");
        }
    }

    public void Dispose() => _http.Dispose();

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
