using System.Diagnostics;

namespace Serverless.Hosts.Standalone.LocalStorage;

/// <summary>The Node.js on a search path, and its npm.</summary>
internal sealed record NodeRuntime(string Node, string Npm, string SearchPath)
{
    private const int OldestMajor = 20;

    /// <exception cref="StartupException">None there, or too old.</exception>
    public static async Task<NodeRuntime> FindAsync(string searchPath, CancellationToken cancellation)
    {
        if (Find("node", searchPath) is not { } node || Find("npm", searchPath) is not { } npm)
        {
            throw new StartupException(
                $"Node.js {OldestMajor} or newer is needed to start the local storage emulator: install it, " +
                "or set AzureWebJobsStorage to a storage account.");
        }

        var runtime = new NodeRuntime(node, npm, searchPath);
        var version = await runtime.ReadVersionAsync(cancellation);
        return version.Major >= OldestMajor
            ? runtime
            : throw new StartupException(
                $"Node.js {OldestMajor} or newer is needed to start the local storage emulator, and {node} is {version}: update it, " +
                "or set AzureWebJobsStorage to a storage account.");
    }

    /// <summary>A process of Node.js or npm whose streams are ours, not yet started.</summary>
    public ProcessStartInfo StartInfoFor(string program, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // npm is a script that looks for Node.js itself.
        start.Environment["PATH"] = SearchPath;
        return start;
    }

    private static string? Find(string program, string searchPath)
    {
        string[] names = OperatingSystem.IsWindows() ? [$"{program}.exe", $"{program}.cmd"] : [program];
        return searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    private async Task<Version> ReadVersionAsync(CancellationToken cancellation)
    {
        using var process = Process.Start(StartInfoFor(Node, Path.GetTempPath(), "--version"))!;
        var text = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return Version.TryParse(text.Trim().TrimStart('v'), out var version)
            ? version
            : throw new StartupException($"{Node} does not say which version of Node.js it is: install Node.js {OldestMajor} or newer.");
    }
}
