using System.Diagnostics;

namespace Serverless.Chaos.Servers;

/// <summary>A temporary folder that can be filled to its last byte: a small file system of its own where this process may mount one (root on Linux).</summary>
internal sealed class ScratchDisk : IAsyncDisposable
{
    private const string Size = "8m";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-chaos-temp-");

    private ScratchDisk()
    {
    }

    public string Path => _folder.FullName;

    /// <summary>Whether <see cref="Fill"/> can do anything.</summary>
    public bool IsMounted { get; private set; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static async Task<ScratchDisk> MountAsync()
    {
        var disk = new ScratchDisk();
        disk.IsMounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
            && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Size},mode=1777", "tmpfs", disk.Path);
        return disk;
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (IsMounted)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full, as it was meant to be.
        }
    }

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        if (IsMounted)
        {
            await RunAsync("umount", "--lazy", Path);
        }

        _folder.Delete(recursive: true);
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
