using Microsoft.Extensions.Caching.Memory;
using Serverless.Observability;

namespace Serverless.Deliveries;

/// <summary>Queues what everybody whom the settings name is to be told. Nothing is sent here, so nobody waits for an endpoint.</summary>
internal sealed class Announcer(DeliveryTargets targets, DeliveryQueue queue) : IDisposable
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);

    // An act may be told of several times; what this instance queued already it need not queue again.
    private readonly MemoryCache _queued = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    public bool HasTargets => targets.All.Count > 0;

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; some endpoints may be told already, and are told again under the same id.</exception>
    public async Task AnnounceAsync(Announcement announcement, CancellationToken cancellation)
    {
        foreach (var delivery in targets.All.SelectMany(target => target.Prepare(announcement)))
        {
            if (!_queued.TryGetValue(delivery.Id, out _))
            {
                await queue.SendAsync(delivery with { Traceparent = Traces.Context }, TimeSpan.Zero, cancellation);
                _queued.Set(delivery.Id, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = RememberedFor });
            }
        }
    }

    public void Dispose() => _queued.Dispose();
}
