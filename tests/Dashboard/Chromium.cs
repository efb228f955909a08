namespace Serverless.Tests.Dashboard;

/// <summary>The browser of the machine: the one that <c>SERVERLESS_CHROMIUM</c> names, or one on the PATH. None is ever downloaded.</summary>
internal static class Chromium
{
    private const string Variable = "SERVERLESS_CHROMIUM";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    public static string Find() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : Names.SelectMany(name => Folders().Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"These tests need Chromium: install the package chromium, or set {Variable} to its path.");

    private static string[] Folders() => Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
}
