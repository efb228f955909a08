using System.Net;
using Microsoft.AspNetCore.Http;

namespace Serverless.Devices;

/// <summary>From which network a request comes.</summary>
internal sealed class DeviceNetworks(Pepper pepper, TimeProvider time)
{
    /// <returns>Null when the address says nothing: it is the machine's own or a private one.</returns>
    public NetworkTag? Of(HttpRequest request) =>
        NetworkTag.Of(AddressOf(request), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), pepper);

    // A proxy in front of the server appends whom it heard; what stands before its entry is whatever the device wrote.
    private static IPAddress? AddressOf(HttpRequest request)
    {
        var remote = request.HttpContext.Connection.RemoteIpAddress;
        return remote is not null && NetworkTag.IsLocal(remote)
            && request.Headers["X-Forwarded-For"].LastOrDefault()?.Split(',')[^1].Trim() is { } heard
            && IPEndPoint.TryParse(heard, out var forwarded)
                ? forwarded.Address
                : remote;
    }
}
