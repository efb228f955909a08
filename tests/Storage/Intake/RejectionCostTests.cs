using System.Globalization;
using Microsoft.Extensions.Options;
using Serverless.Bundles;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Storage.Intake;

/// <summary>What refusing costs: counted by the runtime and the kernel for this thread alone, so that no other test counts.</summary>
public sealed class RejectionCostTests
{
    private const long MaxAllocated = 512 * 1024;
    private const long Slack = 256 * 1024;

    private static readonly BundleInspector Inspector = new(Options.Create(new BundleOptions
    {
        MaxZipBytes = RefusedUploads.MaxZipBytes,
        MaxInflatedBytes = RefusedUploads.MaxInflatedBytes,
        MaxEntries = RefusedUploads.MaxEntries,
    }));

    // What is made once in a process counts for no zip.
    public RejectionCostTests() => Inspect(WebBundle.Small("1.0.0").Zip());

    [Fact]
    public void Hostile_zip_is_refused_in_little_memory_and_read_little_more_than_once()
    {
        var uploads = RefusedUploads.All.Values.Where(upload => upload.Zip.Length > 0).ToList();
        Assert.True(uploads.Count >= 100, "The corpus has shrunk.");
        foreach (var upload in uploads)
        {
            var (allocated, read) = Inspect(upload.Zip);

            Assert.True(allocated <= MaxAllocated, $"{upload} took {allocated:N0} bytes of memory.");
            Assert.True(read <= (2 * upload.Zip.Length) + Slack, $"{upload} of {upload.Zip.Length:N0} bytes was read {read:N0} bytes long.");
        }
    }

    [Fact]
    public void Bound_would_notice_an_entry_that_is_held_in_memory()
    {
        var (allocated, read) = Inspect(WebBundle.Small("1.0.0").Forge().File("noise.bin", ZipContent.Noise(1, RefusedUploads.MaxZipBytes - (32 * 1024)), e => e.Stored()).Build());

        Assert.InRange(allocated, 0, MaxAllocated);
        Assert.True(!OperatingSystem.IsLinux() || read > RefusedUploads.MaxZipBytes - (32 * 1024), "Nothing was counted.");
    }

    private static (long Allocated, long Read) Inspect(byte[] zip)
    {
        var path = Path.Combine(Path.GetTempPath(), $"cost-{Guid.NewGuid():N}");
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        RandomAccess.Write(file, zip, 0);
        var (allocated, read) = (GC.GetAllocatedBytesForCurrentThread(), BytesRead());

        Inspector.Inspect(file, allowMissingReady: false, CancellationToken.None);

        return (GC.GetAllocatedBytesForCurrentThread() - allocated, BytesRead() - read);
    }

    private static long BytesRead() => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadLines("/proc/thread-self/io").First()["rchar: ".Length..], CultureInfo.InvariantCulture)
        : 0;
}
