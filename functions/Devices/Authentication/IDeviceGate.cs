using Microsoft.AspNetCore.Http;
using Serverless.Apps;

namespace Serverless.Devices.Authentication;

/// <summary>Stands where it becomes known of which app a request is: no device is heard before its app's demands are met.</summary>
internal interface IDeviceGate
{
    /// <summary>To be asked once for a request and app: a signed request is let through once.</summary>
    /// <param name="request">The request; nothing of it is believed yet.</param>
    /// <param name="body">Its body, as it came.</param>
    /// <param name="app">The app that it says it is of.</param>
    /// <param name="network">Where it comes from.</param>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer, so nobody can say.</exception>
    ValueTask<AppAdmission> JudgeAsync(HttpRequest request, ReadOnlyMemory<byte> body, AppId app, NetworkTag? network);
}
