using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Support.Bundles;

/// <summary>An npm package pinned by version and by what it contains, unpacked once per checkout.</summary>
/// <param name="Integrity">As lock files write it: <c>sha512-</c> and base64 over the tarball.</param>
internal sealed record NpmPackage(string Name, string Version, string Integrity)
{
    private static readonly TimeSpan DownloadDeadline = TimeSpan.FromMinutes(5);

    /// <summary>A file name for this package and version.</summary>
    public string Id => $"{Name.Replace('/', '-')}-{Version}";

    /// <summary>Answers the folder with the package's content. Safe to call from several processes at once; only the first downloads.</summary>
    /// <exception cref="InvalidOperationException">npm is missing or failed, or the tarball is not the pinned one.</exception>
    public async Task<string> UnpackAsync(string cache, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(cache, Id);
        using var guard = await FileLock.AcquireAsync(folder + ".lock", DownloadDeadline, cancellationToken);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var scratch = folder + ".scratch";
        DeleteIfExists(scratch);
        Directory.CreateDirectory(scratch);
        try
        {
            var tarball = await PackAsync(scratch, cancellationToken);
            await using var gzip = new GZipStream(new MemoryStream(tarball), CompressionMode.Decompress);
            var content = Directory.CreateDirectory(Path.Combine(scratch, "content")).FullName;
            await TarFile.ExtractToDirectoryAsync(gzip, content, overwriteFiles: false, cancellationToken);
            Directory.Move(Path.Combine(content, "package"), folder);
            return folder;
        }
        finally
        {
            DeleteIfExists(scratch);
        }
    }

    /// <summary>A run that was killed leaves its scratch folder behind.</summary>
    private static void DeleteIfExists(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<byte[]> PackAsync(string destination, CancellationToken cancellationToken)
    {
        var npm = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
        {
            ArgumentList = { "pack", $"{Name}@{Version}", "--pack-destination", destination, "--loglevel", "error" },
            WorkingDirectory = destination,
        };
        var run = await CommandRun.RunAsync(npm, cancellationToken);
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"npm could not fetch {Name}@{Version}, which the tests use as a real bundle (exit code {run.ExitCode}):\n{run.Output}");
        }

        var tarball = await File.ReadAllBytesAsync(Directory.GetFiles(destination, "*.tgz").Single(), cancellationToken);
        var found = "sha512-" + Convert.ToBase64String(SHA512.HashData(tarball));
        return found == Integrity
            ? tarball
            : throw new InvalidOperationException(
                $"{Name}@{Version} is not the package the tests were written with: expected {Integrity}, got {found}.");
    }
}
