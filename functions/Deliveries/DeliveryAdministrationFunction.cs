using Microsoft.AspNetCore.Http;
using Serverless.Management;

namespace Serverless.Deliveries;

/// <summary><c>GET /api/manage/deliveries</c>: who is told, and what could not be delivered.</summary>
internal sealed class DeliveryAdministrationFunction(DeliveryTargets targets, DeliveryQueue queue, GoneEndpoints gone)
{
    [Function("ManageDeliveries")]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "manage/deliveries")] HttpRequest request, CancellationToken cancellation) =>
        ManagementApi.AnswerAsync(async () =>
        {
            var endpoints = await Task.WhenAll(targets.All.Select(async target =>
                new EndpointDescription(target.Name, await gone.FindAsync(target, cancellation))));
            var (oldest, count) = await queue.ReadDeadAsync(cancellation);
            return Results.Json(new DeliveryList([.. endpoints], count, [.. oldest.Select(DeadDeliveryDescription.Of)]), ManagementJson.Default.DeliveryList);
        });
}
