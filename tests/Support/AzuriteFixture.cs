using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Serverless.Hosts.Standalone.LocalStorage;
using Xunit;

namespace Serverless.Tests.Support;

/// <summary>A real Azurite on free ports with a folder of its own, shared by the tests that name it as their fixture. They fail when it cannot start.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-azurite-");
    private AzuriteProcess? _azurite;

    /// <summary>Writes nothing to disk: of a million rows, writing all of them again every few seconds is more than it can do.</summary>
    public bool InMemory { get; init; }

    /// <summary>Listens where programs look for an emulator that cannot be told where it is; one process at a time can.</summary>
    public bool AtItsOwnPorts { get; init; }

    public string ConnectionString => (_azurite ?? throw new InvalidOperationException("Azurite is not started.")).ConnectionString;

    public async ValueTask InitializeAsync()
    {
        var options = new AzuriteOptions { DataFolder = _folder.FullName, InMemory = InMemory };
        if (!AtItsOwnPorts)
        {
            (options.BlobPort, options.QueuePort, options.TablePort) = (0, 0, 0);
        }

        _azurite = await AzuriteProcess.StartAsync(options, CancellationToken.None);
    }

    public QueueClient Queue(string name) => new(ConnectionString, name);

    public BlobContainerClient Container(string name) => new(ConnectionString, name);

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
