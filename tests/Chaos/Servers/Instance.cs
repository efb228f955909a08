using System.Collections.Concurrent;
using System.Diagnostics;
using Serverless.Tests.Support.Faults;
using Serverless.Tests.Support.Processes;

namespace Serverless.Chaos.Servers;

/// <summary>One of the two servers: its process, its way to storage, its temporary folder.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private static readonly TimeSpan StartAgain = TimeSpan.FromSeconds(1);

    private readonly ChaosOptions _options;
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly SkewedClock _clock;
    private readonly SemaphoreSlim _turn = new(1);
    private ServerProcess? _server;
    private long _startedAt;

    private Instance(string name, ChaosOptions options, IReadOnlyDictionary<string, string?> settings, SkewedClock clock, StorageProxy proxy, ScratchDisk disk)
    {
        Name = name;
        _options = options;
        _settings = settings;
        _clock = clock;
        Proxy = proxy;
        Disk = disk;
    }

    public string Name { get; }

    public StorageProxy Proxy { get; }

    public ScratchDisk Disk { get; }

    public int Port { get; } = FreePort.Next();

    /// <summary>Starts that ended before the server was healthy, because storage did not answer: whoever runs servers starts them again.</summary>
    public int FailedStarts { get; private set; }

    /// <summary>What the process took up, from its first start to now.</summary>
    public ConcurrentQueue<Vitals> Vitals { get; } = [];

    /// <param name="name">Of the instance.</param>
    /// <param name="storage">Past every fault.</param>
    /// <param name="options">Of the run.</param>
    /// <param name="settings">Of both servers.</param>
    /// <param name="clock">What moves its clock.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Instance> PrepareAsync(
        string name, string storage, ChaosOptions options, IReadOnlyDictionary<string, string?> settings, SkewedClock clock, CancellationToken cancellation) =>
        new(name, options, settings, clock, await StorageProxy.StartAsync(storage, cancellation), await ScratchDisk.MountAsync());

    /// <summary>Starts it, as often as it takes.</summary>
    public async Task StartAsync(TimeSpan skew, CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string?>(_settings)
        {
            ["AzureWebJobsStorage"] = Proxy.ConnectionString,
            ["TMPDIR"] = Disk.Path,
        };
        foreach (var (name, value) in _clock.By(skew))
        {
            environment[name] = value;
        }

        while (true)
        {
            try
            {
                _server = await ServerProcess.StartAsync(environment, Port, _options.Server, cancellation);
                _startedAt = Stopwatch.GetTimestamp();
                return;
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                FailedStarts++;
                await Task.Delay(StartAgain, cancellation);
            }
        }
    }

    /// <summary>SIGKILL, and a successor after a while. One at a time.</summary>
    public async Task KillAsync(TimeSpan downtime, TimeSpan skew, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var dead = _server!;
            _server = null;
            dead.Kill();
            await dead.ExitAsync(cancellation);
            await dead.DisposeAsync();
            await Task.Delay(downtime, cancellation);
            await StartAsync(skew, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes its measure; one that ended by itself is started again, as whoever runs servers would.</summary>
    /// <returns>What it said before it ended, when it ended and nobody killed it; null while all is well.</returns>
    public async Task<string?> LookAsync(CancellationToken cancellation)
    {
        if (_server is not { } server)
        {
            return null;
        }

        if (server.HasExited && _server == server)
        {
            var last = string.Join('\n', server.Output.TakeLast(20));
            await KillAsync(TimeSpan.Zero, TimeSpan.Zero, cancellation);
            return last;
        }

        if (Servers.Vitals.Of(server.Id, Stopwatch.GetElapsedTime(_startedAt)) is { } vitals)
        {
            Vitals.Enqueue(vitals);
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await Proxy.DisposeAsync();
        await Disk.DisposeAsync();
        _turn.Dispose();
    }
}
