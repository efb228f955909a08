using System.Diagnostics;
using Azure.Storage.Blobs.Models;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Measured in the server's own process, on storage of its own, so that no other test's memory or uploads count.</summary>
public sealed class MemoryTests(KeyFolder keys) : IAsyncLifetime
{
    private const long MegaByte = 1 << 20;
    private const long BundleBytes = 300 * MegaByte;
    private const long MaxGrowth = 150 * MegaByte;

    // Only a test that fails waits for it; hundreds of megabytes on a busy machine take their time.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly AzuriteFixture _azurite = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-big-");
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        _pipeline = await PipelineInstance.StartAsync(_azurite.ConnectionString, keys);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_bundle()
    {
        var path = Path.Combine(_folder.FullName, "big.zip");
        await BigBundle.WriteAsync(path, BundleBytes, files: 1500, cancellationToken: Cancellation);
        await using var server = await ServerProcess.StartAsync(
            new Dictionary<string, string?> { ["AzureWebJobsStorage"] = _azurite.ConnectionString, ["Signing__KeyFolder"] = keys.Path },
            cancellationToken: Cancellation);
        await _pipeline.DropAsync($"{_app}/production/1.0.0.zip", WebBundle.Small("1.0.0").Zip());
        await PublishedAsync("1.0.0");
        var idle = Memory(server.Id).Now;

        await _pipeline.Blob(Containers.Uploads, $"{_app}/production/1.0.1.zip").UploadAsync(path, new BlobUploadOptions(), Cancellation);
        var release = await PublishedAsync("1.0.1");

        var growth = Memory(server.Id).Peak - idle;
        Assert.Equal(new FileInfo(path).Length, release.Zip.Size);
        Assert.True(growth > 0, "The peak should have been measured.");
        Assert.True(growth <= MaxGrowth, $"Intake of {BundleBytes / MegaByte} MB took {growth / MegaByte} MB over idle; the bound is {MaxGrowth / MegaByte} MB.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{growth / MegaByte} MB over {idle / MegaByte} MB idle.");
    }

    public async ValueTask DisposeAsync()
    {
        await _pipeline.DisposeAsync();
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Physical memory in bytes: now, and at its highest since the process started.</summary>
    private static (long Now, long Peak) Memory(int id)
    {
        using var process = Process.GetProcessById(id);
        return (process.WorkingSet64, process.PeakWorkingSet64);
    }

    private Task<Release> PublishedAsync(string version) => Eventually.Value(
        () => _pipeline.Get<ReleaseCatalog>().FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation),
        $"{version} should have been published.",
        Deadline);
}
