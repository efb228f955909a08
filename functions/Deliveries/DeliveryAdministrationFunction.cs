using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Deliveries;

/// <summary><c>GET /api/manage/deliveries</c>: who is told, and what could not be delivered.</summary>
internal sealed class DeliveryAdministrationFunction(ManagementApi management, DeliveryTargets targets, DeliveryQueue queue, GoneEndpoints gone)
{
    [Function("ManageDeliveries")]
    [Operation("List webhooks, and what could not be delivered", typeof(DeliveryList))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/manage/deliveries")] HttpRequest request, CancellationToken cancellation) =>
        management.AnswerAsync(request, Scopes.Read, app: null, async _ =>
        {
            var endpoints = await Task.WhenAll(targets.All.Select(async target =>
                new EndpointDescription(target.Name, await gone.FindAsync(target, cancellation))));
            var (oldest, count) = await queue.ReadDeadAsync(cancellation);
            return Results.Json(new DeliveryList([.. endpoints], count, [.. oldest.Select(DeadDeliveryDescription.Of)]), ManagementJson.Default.DeliveryList);
        }, cancellation);
}
