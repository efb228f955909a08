using Serverless.Health;

namespace Serverless.Hosts.Standalone.Listeners;

/// <summary>Whether this instance takes work from queues, drop zone and clock.</summary>
internal sealed class ListenerReadiness(ListenerService listeners) : IReadinessCheck
{
    public string Name => "listeners";

    public Task<string?> FindFaultAsync(CancellationToken cancellation) => Task.FromResult(listeners.FindFault());
}
