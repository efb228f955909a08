using System.Net;
using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Unit.Transport;

/// <summary>A request as Kestrel hands it over.</summary>
internal static class TestRequest
{
    public static DefaultHttpContext From(string? remote, string scheme, string host, params IEnumerable<(string Name, string? Value)> headers)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote) } };
        context.Request.Scheme = scheme;
        context.Request.Host = new HostString(host);
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }
}
