using Serverless.Hosts.Standalone;

namespace Serverless.Commands.Server;

/// <summary>Which server a command talks to: only one that nobody on the way can read a token from.</summary>
internal static class ServerAddress
{
    public const string Variable = "SERVERLESS_URL";

    private const string Local = "http://localhost:7071";

    /// <exception cref="StartupException">It is neither https nor this machine.</exception>
    public static Uri Parse(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? new Uri(uri.GetLeftPart(UriPartial.Authority))
            : throw new StartupException("--server must be an https address: the token would be for everybody to read.");

    /// <summary>What is said, or the variable, or the server that a developer runs.</summary>
    /// <exception cref="StartupException">It is neither https nor this machine.</exception>
    public static Uri Choose(string? said) => Parse(said ?? Environment.GetEnvironmentVariable(Variable) ?? Local);
}
