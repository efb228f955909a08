using Microsoft.AspNetCore.Http;
using Serverless.Management;
using Serverless.Notices;

namespace Serverless.Transport.Pins;

/// <summary><c>GET /api/pins</c>: the pins of the certificates that devices are shown, for whoever wants to know that they are still those of the app.</summary>
internal sealed class PinsFunction(OwnPins pins)
{
    [Function("Pins")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/pins")] HttpRequest request, CancellationToken cancellation) =>
        await pins.ReadAsync(cancellation) switch
        {
            (_, { } chain) => PublicAnswer.Json(new PinList(chain.Host, chain.Certificates), ManagementJson.Default.PinList),
            ({ } fault, _) => Problem.PinsUnavailable(fault).ToHttp(),
            _ => Problem.NoHttpsAddress.ToHttp(),
        };
}

/// <param name="Host">Where the server looked.</param>
/// <param name="Certificates">The server's own first.</param>
internal sealed record PinList(string Host, IReadOnlyList<ServedCertificate> Certificates);
