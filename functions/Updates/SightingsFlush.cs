using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Reports;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>Sends what <see cref="Sightings"/> noted, every few seconds and at shutdown.</summary>
internal sealed partial class SightingsFlush(Sightings sightings, EvidenceQueue queue, TimeProvider time, ILogger<SightingsFlush> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FlushAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await FlushAsync(CancellationToken.None);
        }
    }

    private async Task FlushAsync(CancellationToken cancellation)
    {
        var noted = sightings.Take();
        try
        {
            await queue.SendAsync(Queues.DeviceEvents, noted, cancellation);
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e))
        {
            sightings.Return(noted);
            LogHeld(noted.Count, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Storage is unavailable: {Count} sightings are held until it answers.")]
    private partial void LogHeld(int count, Exception fault);
}
