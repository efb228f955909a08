namespace Serverless.Hosts.Standalone.LocalStorage;

/// <summary>The one account of the storage emulator.</summary>
internal static class EmulatorAccount
{
    private const string Name = "devstoreaccount1";

    /// <summary>Published with the emulator; opens nothing else.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static string ConnectionString(Uri blobs, Uri queues, Uri tables) =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};BlobEndpoint={blobs};QueueEndpoint={queues};TableEndpoint={tables};";

    /// <summary>Where an emulator with these options listens, once it runs.</summary>
    public static string ConnectionString(AzuriteOptions options) =>
        ConnectionString(Endpoint(options.BlobPort), Endpoint(options.QueuePort), Endpoint(options.TablePort));

    /// <summary>The account's address on a port of this machine.</summary>
    public static Uri Endpoint(int port) => new($"http://127.0.0.1:{port}/{Name}");
}
