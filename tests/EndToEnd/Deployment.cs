using System.Net.Http.Json;
using Serverless.Device;
using Serverless.Keys;
using Serverless.Tests.EndToEnd.Management;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Logs;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.EndToEnd;

/// <summary>The real server as a process, with a storage and a data folder that outlive it, so that it can be killed and started again.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    /// <summary>
    /// Settings of a server that works as by default, but looks for zips and for changes more often, and retires young keys. Not for messages: those
    /// it sends itself are not waited for, and a server that looks every moment takes the processor from the tests.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string?> Quick = new Dictionary<string, string?>
    {
        ["BlobScan__Interval"] = "00:00:00.2",
        ["Snapshots__RefreshAfter"] = "00:00:00.1",
        ["Snapshots__MaxAge"] = "00:00:00.1",
        ["Keys__MinDaysCounted"] = "0",
    };

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("serverless-data-");
    private readonly Dictionary<string, string?> _settings;
    private readonly List<string> _earlierOutput = [];
    private readonly int _port = FreePort.Next();
    private ServerProcess? _server;

    private Deployment(IReadOnlyDictionary<string, string?> settings)
    {
        _settings = new Dictionary<string, string?>(settings) { ["DataFolder"] = _data.FullName };

        // Servers with keys of their own share a storage account here: to the devices of one the releases of another are broken.
        _settings.TryAdd("SyntheticDevices__Enabled", "false");
    }

    public ServerProcess Server => _server ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>For devices, which outlive a server process and keep their connections to the next.</summary>
    public HttpClient Http { get; } = new(new DocumentedAnswers(new SecretTap()));

    public string DataFolder => _data.FullName;

    /// <summary>Everything its server processes wrote, the killed ones included.</summary>
    public IReadOnlyList<string> Output => [.. _earlierOutput, .. Server.Output];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="settings">In the form of environment variables.</param>
    public static async Task<Deployment> StartAsync(params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var deployment = new Deployment(settings.ToDictionary());
        try
        {
            await deployment.StartServerAsync();
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL; answers when the process is gone.</summary>
    public async Task KillAsync()
    {
        Server.Kill();
        await Server.ExitAsync(Cancellation);
    }

    /// <summary>Starts a successor of a server that has ended, under the same address.</summary>
    public async Task StartAgainAsync()
    {
        _earlierOutput.AddRange(Server.Output);
        await Server.DisposeAsync();
        await StartServerAsync();
    }

    /// <summary>Runs <c>push</c> with this deployment's settings.</summary>
    public Task<CommandRun> PushAsync(string bundle, string app, string version, params IEnumerable<string> more) => CommandRun.RunAsync(
        ["push", bundle, "--app", app, "--version", version, .. more], _settings, cancellationToken: Cancellation);

    /// <summary>A device of the app that talks to this server; on a native version that may run every 1.x and that no bundle is named like.</summary>
    public DeviceProfile DeviceOf(string app) => DeviceProfile.For(Server.Address, app) with { VersionBuild = "1.0.0-rc.1" };

    /// <summary>The public key that the server tells apps to carry.</summary>
    public async Task<string> ReadPublicKeyAsync(string app)
    {
        var keys = await Http.GetFromJsonAsync<KeyList>(new Uri(Server.Address, $"api/keys/{app}"), Cancellation);
        return Assert.Single(keys!.Keys).PublicKey;
    }

    /// <summary>The token that the server printed, once: when its storage was new.</summary>
    public Task<string> ReadFirstTokenAsync() => FirstToken.ReadAsync(() => Output);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_server is not null)
        {
            // Shown with a test that failed.
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Output));
            await _server.DisposeAsync();
        }

        await Eventually.True(TryDeleteData, "The data folder should have been let go.");
    }

    /// <summary>An emulator that a killed server had started ends a moment after it, and writes until then.</summary>
    private bool TryDeleteData()
    {
        try
        {
            _data.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task StartServerAsync() => _server = await ServerProcess.StartAsync(_settings, _port, cancellationToken: Cancellation);
}
