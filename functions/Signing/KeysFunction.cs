using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;

namespace Serverless.Signing;

/// <summary><c>GET /api/keys/{app}</c>: the public keys to put into an app.</summary>
internal sealed class KeysFunction(ICustodian custodian)
{
    [Function("Keys")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keys/{app}")] HttpRequest request, string app, CancellationToken cancellation)
    {
        if (!AppId.TryParse(app, out _))
        {
            return RequestFault.InvalidBody.ToHttp();
        }

        var keys = await custodian.GetActiveKeysAsync(cancellation);
        return Results.Json(new KeyList([.. keys.Select(key => new KeyDescription(key.PublicKey.KeyId, key.PublicKey.Pem))]), WireJson.Default.KeyList);
    }
}
