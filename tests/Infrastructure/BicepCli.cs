using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Infrastructure;

/// <summary>A test on the Bicep CLI: skipped where there is none, failed where CI lacks it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = "There is no Bicep CLI for this platform among the packages, and no bicep on the PATH.";
        SkipType = typeof(BicepCli);
        SkipUnless = nameof(BicepCli.IsExpected);
    }
}

/// <summary>The Bicep CLI of the package, or a <c>bicep</c> on the PATH.</summary>
public static class BicepCli
{
    /// <summary>True where the tests that need it are to run: where there is one, and in CI, where they fail without it.</summary>
    public static bool IsExpected => Find() is not null || Environment.GetEnvironmentVariable("CI") is { Length: > 0 };

    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static Task<CommandRun> RunAsync(string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Find() ?? throw new InvalidOperationException("There is no Bicep CLI."), arguments) { WorkingDirectory = folder };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return CommandRun.RunAsync(start, CancellationToken.None);
    }

    private static string? Find()
    {
        var package = typeof(BicepCli).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(data => data.Key == nameof(BicepCli))?.Value;
        return File.Exists(package) ? package : Shell.Find("bicep");
    }
}
