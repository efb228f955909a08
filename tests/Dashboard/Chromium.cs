using System.Runtime.CompilerServices;

namespace Serverless.Tests.Dashboard;

/// <summary>A test in a browser: skipped where there is none, failed where CI lacks it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    internal const string Reason = $"These tests need Chromium: run .ci/tools.sh, install the package chromium, or set {Chromium.Variable} to its path.";

    public ChromiumFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        Skip = Reason;
        SkipType = typeof(Chromium);
        SkipUnless = nameof(Chromium.IsExpected);
    }
}

/// <summary>The browser of the machine: the one that <c>SERVERLESS_CHROMIUM</c> names, or one on the PATH. None is ever downloaded.</summary>
public static class Chromium
{
    internal const string Variable = "SERVERLESS_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>True where the tests that need it are to run: where there is one, and in CI, where they fail without it.</summary>
    public static bool IsExpected => TryFind() is not null || Environment.GetEnvironmentVariable("CI") is { Length: > 0 };

    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    internal static string Find() => TryFind() ?? throw new InvalidOperationException(ChromiumFactAttribute.Reason);

    private static string? TryFind() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : Names.SelectMany(name => Folders().Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static string[] Folders() => Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
}
