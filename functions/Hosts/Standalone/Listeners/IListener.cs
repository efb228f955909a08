namespace Serverless.Hosts.Standalone.Listeners;

/// <summary>Watches one source of work and runs a function on it.</summary>
internal interface IListener
{
    /// <summary>Takes work until <paramref name="stopping"/>, and returns when the last running function has ended.</summary>
    /// <param name="stopping">No new work is taken from here on; what runs keeps its leases and goes on.</param>
    /// <param name="aborted">The time to drain is over: what functions see as their cancellation. Leases are no longer renewed.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken aborted);
}
