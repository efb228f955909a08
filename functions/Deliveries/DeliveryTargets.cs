using Microsoft.Extensions.Options;

namespace Serverless.Deliveries;

/// <summary>Everybody whom the settings name.</summary>
internal sealed class DeliveryTargets
{
    public DeliveryTargets(
        DeliveryHttp http, TimeProvider time, IOptions<WebhookOptions> webhooks, IOptions<NotificationHubOptions> hub)
    {
        All =
        [
            .. webhooks.Value.Endpoints.OrderBy(endpoint => endpoint.Key, StringComparer.Ordinal)
                .Select(endpoint => new WebhookTarget(endpoint.Key, endpoint.Value, http, time)),
            .. hub.Value.Connect() is { } connection ? [new NotificationHubTarget(connection, http, time)] : Array.Empty<IDeliveryTarget>(),
        ];
    }

    public IReadOnlyList<IDeliveryTarget> All { get; }

    public IDeliveryTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
