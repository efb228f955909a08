using Serverless.SyntheticDevices;

namespace Serverless.Transport.Pins;

/// <summary>
/// What devices are shown when they connect to this server. Looked up from outside, because a proxy or the platform may hold the certificate, and
/// kept for minutes, however many ask.
/// </summary>
internal sealed class OwnPins(OwnAddress own, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<(string? Fault, ServedChain? Chain)>? _reading;
    private long _readAt;

    /// <returns>As <see cref="ServedChain.ReadAsync"/> does; neither when the server has no https address, as far as it knows.</returns>
    public async Task<(string? Fault, ServedChain? Chain)> ReadAsync(CancellationToken cancellation)
    {
        if (own.FindSecure() is not { } address)
        {
            return (null, null);
        }

        Task<(string? Fault, ServedChain? Chain)> reading;
        lock (_gate)
        {
            if (_reading is null || time.GetElapsedTime(_readAt) > (_reading is { IsCompletedSuccessfully: true, Result.Fault: not null } ? RetryAfter : MaxAge))
            {
                // Whoever gives up waiting must not take the answer from the others.
                (_reading, _readAt) = (ServedChain.ReadAsync(address, [], Timeout, CancellationToken.None), time.GetTimestamp());
            }

            reading = _reading;
        }

        return await reading.WaitAsync(cancellation);
    }
}
