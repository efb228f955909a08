using Microsoft.Extensions.Configuration;

namespace Serverless.Hosts.Standalone;

/// <summary>host.json, with the overrides the Functions host knows: <c>AzureFunctionsJobHost__extensions__queues__batchSize=8</c>.</summary>
internal static class HostJson
{
    private const string OverrideSection = "AzureFunctionsJobHost";

    public static IConfiguration Load(IConfiguration application) => new ConfigurationBuilder()
        .SetBasePath(AppContext.BaseDirectory)
        .AddJsonFile("host.json", optional: true)
        .AddConfiguration(application.GetSection(OverrideSection))
        .Build();
}
