using Microsoft.AspNetCore.Http;
using Serverless.Transport;

namespace Serverless.Devices;

/// <summary>From which network a request comes.</summary>
internal sealed class DeviceNetworks(Pepper pepper, TimeProvider time)
{
    /// <returns>Null when the address says nothing: it is the machine's own or a private one.</returns>
    public NetworkTag? Of(HttpRequest request) =>
        NetworkTag.Of(Caller.AddressOf(request), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), pepper);
}
