using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>
/// Sees the messages this process sends, and wakes the listener of their queue instead of letting it wait for its next look.
/// Messages of other processes are found by polling.
/// </summary>
internal sealed class QueueArrivals : HttpPipelineSynchronousPolicy
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _arrivals = new(StringComparer.Ordinal);

    /// <summary>Waits for a message sent to the queue since the last wait, or for the time to pass.</summary>
    public Task WaitAsync(string queue, TimeSpan time, CancellationToken cancellation) => ArrivalsAt(queue).WaitAsync(time, cancellation);

    public override void OnReceivedResponse(HttpMessage message)
    {
        // Sending is the one POST of the queue API: …/{queue}/messages
        if (message is { Request.Method: var method, Response.Status: 201 } && method == RequestMethod.Post
            && message.Request.Uri.ToUri().Segments is [.., var queue, "messages"])
        {
            var arrivals = ArrivalsAt(queue.TrimEnd('/'));
            lock (arrivals)
            {
                if (arrivals.CurrentCount == 0)
                {
                    arrivals.Release();
                }
            }
        }
    }

    private SemaphoreSlim ArrivalsAt(string queue) => _arrivals.GetOrAdd(queue, _ => new SemaphoreSlim(0, 1));
}
