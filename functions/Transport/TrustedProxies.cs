using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Serverless.Transport;

/// <summary>
/// Makes the framework's forwarded headers those of the trusted proxies and of nobody else, whatever a host or its environment made of them before. Hops
/// are read from the last to the first, and the first that is no trusted proxy is the caller.
/// </summary>
internal sealed class TrustedProxies(IOptions<TransportOptions> options) : IPostConfigureOptions<ForwardedHeadersOptions>
{
    /// <summary>What a proxy that is believed may say.</summary>
    public const ForwardedHeaders Believed = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;

    public void PostConfigure(string? name, ForwardedHeadersOptions forwarded)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        forwarded.ForwardLimit = null;
        foreach (var network in options.Value.ReadProxies()!)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        // The framework takes an empty list for everybody.
        forwarded.ForwardedHeaders = forwarded.KnownIPNetworks.Count > 0 ? Believed : ForwardedHeaders.None;
    }
}
