using System.Diagnostics;

namespace Serverless.Tests.Support.Processes;

/// <summary>The built server: the very files that a local run or a container starts.</summary>
internal static class ServerProgram
{
    // A developer's shell must not decide what a test sees.
    private static readonly string[] Scrubbed =
    [
        "AzureWebJobsStorage", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT",
    ];

    private static string Assembly =>
        Path.Combine(Repository.Root, "functions", "bin", Repository.Configuration, "net10.0", "Serverless.dll");

    public static ProcessStartInfo Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        if (!File.Exists(Assembly))
        {
            throw new InvalidOperationException($"{Assembly} is missing: run 'dotnet build -c {Repository.Configuration}' before these tests.");
        }

        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(Assembly),
        };

        foreach (var name in Scrubbed)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
