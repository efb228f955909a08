using System.Collections.Immutable;

namespace Serverless.Deliveries;

/// <summary>Who is told, and what could not be delivered. Without addresses, secrets and bodies.</summary>
/// <param name="Endpoints">Whom the settings name.</param>
/// <param name="DeadCount">About how many deliveries were given up.</param>
/// <param name="Dead">The oldest of them.</param>
internal sealed record DeliveryList(ImmutableArray<EndpointDescription> Endpoints, int DeadCount, ImmutableArray<DeadDeliveryDescription> Dead);

/// <param name="Name">From the settings; <c>push</c> for the notification hub.</param>
/// <param name="GoneSince">When it said that it wants nothing any more.</param>
internal sealed record EndpointDescription(string Name, DateTimeOffset? GoneSince);

/// <param name="Endpoint">Its name.</param>
/// <param name="Event">What it was to be told of.</param>
/// <param name="Id">As the receiver would have seen it.</param>
/// <param name="LastFault">An HTTP status, <c>timeout</c>, <c>unreachable</c>, <c>gone</c> or <c>unknown_endpoint</c>.</param>
internal sealed record DeadDeliveryDescription(string Endpoint, string Event, string Id, int Attempts, string LastFault, DateTimeOffset GivenUpAt)
{
    public static DeadDeliveryDescription Of(DeadDelivery dead) =>
        new(dead.Delivery.Endpoint, dead.Delivery.Event, dead.Delivery.Id, dead.Delivery.Attempt, dead.LastFault, dead.GivenUpAt);
}
