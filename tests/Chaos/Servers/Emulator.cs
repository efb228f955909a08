using Serverless.Hosts.Standalone.LocalStorage;

namespace Serverless.Chaos.Servers;

/// <summary>Azurite on its own disk folder, which can be stopped and comes back on the same ports with the same data.</summary>
internal sealed class Emulator : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-chaos-storage-");
    private readonly AzuriteOptions _options;
    private AzuriteProcess? _azurite;

    private Emulator() => _options = new AzuriteOptions { BlobPort = 0, QueuePort = 0, TablePort = 0, DataFolder = _folder.FullName };

    /// <summary>Past every fault.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<Emulator> StartNewAsync(CancellationToken cancellation)
    {
        var emulator = new Emulator();
        await emulator.StartAsync(cancellation);
        var azurite = emulator._azurite!;
        emulator.ConnectionString = azurite.ConnectionString;
        (emulator._options.BlobPort, emulator._options.QueuePort, emulator._options.TablePort) = (azurite.BlobPort, azurite.QueuePort, azurite.TablePort);
        return emulator;
    }

    public async Task StartAsync(CancellationToken cancellation) => _azurite = await AzuriteProcess.StartAsync(_options, cancellation);

    /// <summary>Has it save and end. Killed, it would forget what it has answered for, which no storage may.</summary>
    public async Task StopAsync()
    {
        if (_azurite is { } azurite)
        {
            _azurite = null;
            await azurite.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }
}
