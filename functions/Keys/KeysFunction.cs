using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Management;

namespace Serverless.Keys;

/// <summary><c>GET /api/keys/{app}</c>: the public keys to put into an app.</summary>
internal sealed class KeysFunction(KeyRing keys)
{
    [Function("Keys")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/keys/{app}")] HttpRequest request, string app, CancellationToken cancellation)
    {
        if (!AppId.TryParse(app, out var id))
        {
            return RequestFault.InvalidBody.ToHttp();
        }

        return await PublicApi.AnswerAsync(async () =>
        {
            var held = await keys.ListHeldAsync(id, cancellation);
            return Results.Json(new KeyList([.. held.Select(PublicKeyDescription.Of)]), WireJson.Default.KeyList);
        });
    }
}
