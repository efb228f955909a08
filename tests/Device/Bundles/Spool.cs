namespace Serverless.Device.Bundles;

/// <summary>A seekable place for a download: memory for small ones, a temporary file that deletes itself for the others.</summary>
internal static class Spool
{
    private const int LargestInMemory = 16 * 1024 * 1024;

    public static Stream Create(long? expectedLength) => expectedLength is <= LargestInMemory
        ? new MemoryStream((int)expectedLength)
        : new FileStream(
            Path.Combine(Path.GetTempPath(), $"device-{Guid.NewGuid():N}.tmp"),
            new FileStreamOptions
            {
                Access = FileAccess.ReadWrite,
                Mode = FileMode.CreateNew,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            });
}
