namespace Serverless.Storage;

/// <summary>Working space on the local disk. Gone with its handle, also when the process is killed.</summary>
internal static class ScratchFile
{
    private const int BufferSize = 64 * 1024;

    /// <summary>In bytes: below what the runtime keeps on its heap of large objects, which it rarely cleans.</summary>
    public const int MaxInMemory = 80_000;

    /// <summary>For content of a known size: in memory while it is small.</summary>
    /// <param name="bytes">Expected length; more may be written.</param>
    /// <param name="folder">Where; the system's temporary folder when empty.</param>
    public static Stream Create(long bytes, string folder) => bytes <= MaxInMemory ? new MemoryStream((int)bytes) : Create(folder);

    /// <param name="folder">Where; the system's temporary folder when empty.</param>
    public static FileStream Create(string folder)
    {
        var parent = folder.Length > 0 ? folder : Path.GetTempPath();
        Directory.CreateDirectory(parent);
        var path = Path.Combine(parent, $"bundle-{Guid.NewGuid():N}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            // An unlinked file lives as long as its handle: a killed process leaves nothing to clean up.
            File.Delete(path);
        }

        return file;
    }
}
