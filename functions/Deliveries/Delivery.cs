namespace Serverless.Deliveries;

/// <summary>What is owed to one endpoint, as it lies in the queue. The body is sent, and signed, as the bytes it is.</summary>
/// <param name="Endpoint">By its name: address and secret stay in the settings.</param>
/// <param name="Id">Stable for the event and the endpoint.</param>
/// <param name="Event">From <see cref="EventType"/>.</param>
/// <param name="Attempt">Counts from 1.</param>
internal sealed record Delivery(string Endpoint, string Id, string Event, int Attempt, byte[] Body)
{
    /// <summary>Of a push: for which devices, as a tag expression.</summary>
    public string? Tags { get; init; }

    /// <summary>The trace of what is told; each attempt belongs to it.</summary>
    public string? Traceparent { get; init; }
}

/// <summary>A delivery that was given up.</summary>
/// <param name="LastFault">An HTTP status, <c>timeout</c>, <c>unreachable</c>, <c>gone</c> or <c>unknown_endpoint</c>.</param>
internal sealed record DeadDelivery(Delivery Delivery, string LastFault, DateTimeOffset GivenUpAt);
