namespace Serverless.Hosts.Standalone.Http;

/// <summary>The section <c>extensions.http</c> of host.json.</summary>
internal sealed class HttpOptions
{
    public const string Section = "extensions:http";

    /// <summary>Before every function's route; may be empty.</summary>
    public string RoutePrefix { get; set; } = "api";
}
