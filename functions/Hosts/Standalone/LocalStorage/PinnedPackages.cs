using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Serverless.Releases;

namespace Serverless.Hosts.Standalone.LocalStorage;

/// <summary>A folder that pins packages by an npm lock file, and what is installed of them.</summary>
/// <param name="folder">Where the lock file is.</param>
/// <param name="consequence">What does not work without them, as the end of a sentence.</param>
internal sealed class PinnedPackages(string folder, string consequence)
{
    /// <summary>Of those of the emulator.</summary>
    public const string NoEmulator = "the local storage emulator cannot start";

    private const int LinesOfNpmShown = 5;

    private static readonly TimeSpan LockPolling = TimeSpan.FromMilliseconds(200);

    public string Folder => folder;

    private string LockFile => Path.Combine(folder, "package-lock.json");

    /// <summary>What npm writes last.</summary>
    private string InstalledMark => Path.Combine(folder, "node_modules", ".package-lock.json");

    /// <summary>The hash of the lock file that was installed; inside node_modules, so that it goes when they go.</summary>
    private string Stamp => Path.Combine(folder, "node_modules", ".installed-lock");

    /// <summary>Those of Azurite, in <c>infra/local</c> of the repository. Looks upwards from the current folder, then from the application's.</summary>
    /// <exception cref="StartupException">The application does not run within its repository.</exception>
    public static PinnedPackages FindAzurite() =>
        RepositoryFolder.Find() is { } repository
            ? new PinnedPackages(Path.Combine(repository, "infra", "local"), NoEmulator)
            : throw new StartupException(
                "No storage is configured, and the local storage emulator comes only with the repository: set AzureWebJobsStorage to a storage account.");

    /// <summary>Installs what the lock file names, unless that is what is installed. Processes that start at once take turns.</summary>
    /// <exception cref="StartupException">npm could not install it.</exception>
    public async Task InstallAsync(NodeRuntime node, CancellationToken cancellation)
    {
        var wanted = Sha256Digest.Of(await File.ReadAllBytesAsync(LockFile, cancellation)).Hex;
        if (await IsInstalledAsync(wanted, cancellation))
        {
            return;
        }

        await using var turn = await TakeTurnAsync(cancellation);
        if (!await IsInstalledAsync(wanted, cancellation))
        {
            await RunNpmAsync(node, cancellation);
            await File.WriteAllTextAsync(Stamp, wanted, cancellation);
        }
    }

    private async Task<bool> IsInstalledAsync(string wanted, CancellationToken cancellation) =>
        File.Exists(InstalledMark) && File.Exists(Stamp) && await File.ReadAllTextAsync(Stamp, cancellation) == wanted;

    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellation)
    {
        var key = Sha256Digest.Of(Encoding.UTF8.GetBytes(folder)).Hex[..16];
        var path = Path.Combine(Path.GetTempPath(), $"serverless-npm-{key}.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPolling, cancellation);
            }
        }
    }

    private async Task RunNpmAsync(NodeRuntime node, CancellationToken cancellation)
    {
        var lines = new ConcurrentQueue<string>();
        using var npm = new Process { StartInfo = node.StartInfoFor(node.Npm, folder, "ci", "--no-audit", "--no-fund") };
        npm.OutputDataReceived += Keep;
        npm.ErrorDataReceived += Keep;
        npm.Start();
        npm.StandardInput.Close();
        npm.BeginOutputReadLine();
        npm.BeginErrorReadLine();
        try
        {
            await npm.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }

        if (npm.ExitCode != 0)
        {
            throw new StartupException(
                $"'npm ci' in {folder} failed, so {consequence}: {string.Join(" | ", lines.TakeLast(LinesOfNpmShown))}");
        }

        void Keep(object _, DataReceivedEventArgs line)
        {
            if (line.Data is { Length: > 0 } text)
            {
                lines.Enqueue(text);
            }
        }
    }
}
