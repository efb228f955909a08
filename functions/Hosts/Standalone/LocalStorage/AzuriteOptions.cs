namespace Serverless.Hosts.Standalone.LocalStorage;

/// <summary>The local storage emulator, used when no storage is configured.</summary>
internal sealed class AzuriteOptions
{
    public const string Section = "LocalStorage";

    /// <summary>On loopback; 0 for any free port.</summary>
    public int BlobPort { get; set; } = 10000;

    /// <summary>On loopback; 0 for any free port.</summary>
    public int QueuePort { get; set; } = 10001;

    /// <summary>On loopback; 0 for any free port.</summary>
    public int TablePort { get; set; } = 10002;

    /// <summary>The emulator keeps its data in the folder <c>azurite</c> below this one.</summary>
    public string DataFolder { get; set; } = ".local";

    /// <summary>Keep everything in memory and nothing in the folder: all of it is gone when the emulator ends.</summary>
    public bool InMemory { get; set; }

    /// <summary>Where Node.js and npm are looked for, in the form of the PATH variable.</summary>
    public string SearchPath { get; set; } = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;

    /// <summary>How long the emulator may take to answer, its installation not counted.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
