namespace Serverless.Tests.Support;

/// <summary>Where the tests run: the checkout they were built from.</summary>
public static class Repository
{
    // Lazy, so that a failure is its own sentence and not a type initializer's.
    private static readonly Lazy<string> LazyRoot = new(FindRoot);

    /// <summary>The folder that holds <c>Serverless.sln</c>, found by walking up from the test assembly.</summary>
    public static string Root => LazyRoot.Value;

    /// <summary>The configuration the running tests were built in: <c>…/bin/{Configuration}/net10.0/</c>.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>A folder for what outlives a test run, under the ignored <c>.local</c>. Created when missing.</summary>
    public static string Cache(string name) => Directory.CreateDirectory(Path.Combine(Root, ".local", "cache", name)).FullName;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException(
            $"No Serverless.sln above {AppContext.BaseDirectory}: tests run from their build output inside the repository.");
    }
}
