namespace Serverless.Deliveries;

/// <summary>Somebody who is told of what happens.</summary>
internal interface IDeliveryTarget
{
    /// <summary>Unique among targets; the same after a restart.</summary>
    string Name { get; }

    /// <summary>Where it lives. Never shown or logged: it may carry credentials.</summary>
    Uri Address { get; }

    /// <returns>What the announcement makes owed to it; empty when it does not want to know.</returns>
    IEnumerable<Delivery> Prepare(Announcement announcement);

    /// <summary>Tries once. Never throws for what the endpoint does.</summary>
    Task<DeliveryOutcome> SendAsync(Delivery delivery, CancellationToken cancellation);
}
