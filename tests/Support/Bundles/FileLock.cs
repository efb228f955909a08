namespace Serverless.Tests.Support.Bundles;

/// <summary>One holder at a time among all processes of the machine; the system lets go when the holder dies.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <exception cref="TimeoutException">Another process held the lock until the deadline.</exception>
    public static Task<FileLock> AcquireAsync(string path, TimeSpan deadline, CancellationToken cancellationToken) =>
        Eventually.Value(() => Task.FromResult(TryAcquire(path)), $"{path} should have been let go by another process.", deadline);

    public void Dispose() => _file.Dispose();

    private static FileLock? TryAcquire(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
