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

    /// <param name="arguments">Of its command line.</param>
    /// <param name="environment">Added to the caller's own; null removes a variable.</param>
    /// <param name="assembly">Another build of it than the one beside the running tests.</param>
    public static ProcessStartInfo Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? assembly = null)
    {
        var program = assembly ?? Assembly;
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"{program} is missing: run 'dotnet build -c {Repository.Configuration}' before these tests.");
        }

        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
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
