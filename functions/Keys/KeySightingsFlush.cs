using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Keys;

/// <summary>Stores what <see cref="KeySightings"/> counted, every minute and at shutdown.</summary>
internal sealed partial class KeySightingsFlush(KeySightings sightings, KeyDevices devices, TimeProvider time, ILogger<KeySightingsFlush> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Stores what has changed, for whoever wants to read it now.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var counted in sightings.Unstored())
        {
            await devices.MergeAsync(counted, cancellation);
            sightings.Stored(counted);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryRunAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; what was counted since the last tick still counts.
            await TryRunAsync();
        }
    }

    // Whatever goes wrong, the server goes on, and what is not stored is tried again.
    private async Task TryRunAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(StoreTimeout, time);
            await RunAsync(deadline.Token);
        }
        catch (Exception e)
        {
            LogHeld(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "How many devices carry which key could not be stored; it is held until the next try.")]
    private partial void LogHeld(Exception fault);
}
