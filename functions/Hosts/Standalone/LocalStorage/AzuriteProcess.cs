using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Serverless.Hosts.Standalone.LocalStorage;

/// <summary>
/// A running Azurite on loopback. It holds on to this process by its standard input and ends with it, however this process ends.
/// </summary>
internal sealed partial class AzuriteProcess : IAsyncDisposable
{
    private const string Launcher = "azurite.mjs";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly ConcurrentDictionary<string, Uri> _endpoints = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AzuriteProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => ReadAnnouncement(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? string.Empty);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri BlobEndpoint => EndpointOf("Blob");

    public Uri QueueEndpoint => EndpointOf("Queue");

    public Uri TableEndpoint => EndpointOf("Table");

    public int BlobPort => BlobEndpoint.Port;

    public int QueuePort => QueueEndpoint.Port;

    public int TablePort => TableEndpoint.Port;

    public string ConnectionString => EmulatorAccount.ConnectionString(BlobEndpoint, QueueEndpoint, TableEndpoint);

    /// <summary>Installs Azurite if need be, starts it, and returns when its three services answer.</summary>
    /// <exception cref="StartupException">
    /// There is no Node.js, the installation failed, a port is in use, or the emulator did not come up in time.
    /// </exception>
    public static async Task<AzuriteProcess> StartAsync(AzuriteOptions options, CancellationToken cancellation)
    {
        var package = PinnedPackages.FindAzurite();
        var node = await NodeRuntime.FindAsync(options.SearchPath, cancellation);
        await package.InstallAsync(node, cancellation);

        var azurite = new AzuriteProcess(node.StartInfoFor(node.Node, package.Folder, [Launcher, .. ArgumentsFor(options)]));
        try
        {
            await azurite.WaitUntilReadyAsync(options, package, cancellation);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has Azurite save and end; a process that does not end in time is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(StopTimeout);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static IEnumerable<string> ArgumentsFor(AzuriteOptions options) =>
    [
        .. options.InMemory ? ["--inMemoryPersistence"] : (string[])["--location", Path.Combine(Path.GetFullPath(options.DataFolder), "azurite")],
        "--blobPort", options.BlobPort.ToString(CultureInfo.InvariantCulture),
        "--queuePort", options.QueuePort.ToString(CultureInfo.InvariantCulture),
        "--tablePort", options.TablePort.ToString(CultureInfo.InvariantCulture),
        "--silent",
        // The SDK speaks newer versions of the protocol than the emulator knows the names of.
        "--skipApiVersionCheck",
        "--disableTelemetry",
    ];

    private async Task WaitUntilReadyAsync(AzuriteOptions options, PinnedPackages package, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(options.StartTimeout);
        var exit = _process.WaitForExitAsync(deadline.Token);
        await Task.WhenAny(_ready.Task, exit);
        cancellation.ThrowIfCancellationRequested();
        if (!_ready.Task.IsCompleted)
        {
            throw exit.IsCompletedSuccessfully
                ? ExplainExit(options)
                : new StartupException(
                    $"The local storage emulator in {package.Folder} did not answer within {options.StartTimeout.TotalSeconds:0} seconds.");
        }
    }

    private StartupException ExplainExit(AzuriteOptions options)
    {
        var reason = string.Join(" ", _errors).Trim();
        if (PortInUse().Match(reason) is not { Success: true } match)
        {
            return new StartupException($"The local storage emulator ended as it started: {reason}");
        }

        var port = int.Parse(match.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
        var setting = port == options.BlobPort ? nameof(options.BlobPort)
            : port == options.QueuePort ? nameof(options.QueuePort)
            : nameof(options.TablePort);
        return new StartupException(
            $"The port {port} is in use, so {PinnedPackages.NoEmulator}: end what uses it, " +
            $"or choose another port with {AzuriteOptions.Section}:{setting} (0 for any free one).");
    }

    private void ReadAnnouncement(string? line)
    {
        if (Listening().Match(line ?? string.Empty) is { Success: true } match)
        {
            _endpoints[match.Groups["service"].Value] = EmulatorAccount.Endpoint(new Uri(match.Groups["address"].Value).Port);
            if (_endpoints.Count == 3)
            {
                _ready.TrySetResult();
            }
        }
    }

    private Uri EndpointOf(string service) => _endpoints[service];

    [GeneratedRegex("^Azurite (?<service>Blob|Queue|Table) service is successfully listening at (?<address>http://\\S+)$")]
    private static partial Regex Listening();

    [GeneratedRegex("EADDRINUSE.*:(?<port>\\d+)")]
    private static partial Regex PortInUse();
}
