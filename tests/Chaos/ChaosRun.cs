using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Azure;
using Serverless.Chaos.Devices;
using Serverless.Chaos.Servers;
using Serverless.Keys;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Chaos;

/// <summary>The supervisor: two servers on one storage, devices, a developer, and a schedule of what happens to them.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    public const string App = "com.example.chaos";
    public const string Channel = "production";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Report = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Receipt = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    private readonly ChaosOptions _options;
    private readonly Action<string> _tell;
    private readonly DirectoryInfo _data;
    private readonly SkewedClock _clock;
    private readonly Emulator _storage;
    private readonly Instance[] _instances;
    private readonly SemaphoreSlim _storageTurn = new(1);
    private readonly Tally _acts = new();
    private readonly Tally _faults = new();
    private readonly long _start = Stopwatch.GetTimestamp();

    private ChaosRun(ChaosOptions options, Action<string> tell, DirectoryInfo data, SkewedClock clock, Emulator storage, Instance[] instances)
    {
        (_options, _data, _clock, _storage, _instances) = (options, data, clock, storage, instances);
        _tell = line => tell(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_start):mm\\:ss}  {line}"));
    }

    /// <summary>Runs all of it.</summary>
    /// <param name="options">What it is like.</param>
    /// <param name="tell">Takes a line for each act and each half minute.</param>
    /// <param name="cancellation">Breaks it off.</param>
    public static async Task<ChaosReport> RunAsync(ChaosOptions options, Action<string> tell, CancellationToken cancellation)
    {
        await using var run = await PrepareAsync(options, tell, cancellation);
        return await run.RunAsync(cancellation);
    }

    private static async Task<ChaosRun> PrepareAsync(ChaosOptions options, Action<string> tell, CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("serverless-chaos-");
        var clock = new SkewedClock(data.FullName);
        await clock.PrepareAsync();
        var storage = await Emulator.StartNewAsync(cancellation);
        var settings = Settings(data.FullName);
        Instance[] instances =
        [
            await Instance.PrepareAsync("0", storage.ConnectionString, options, settings, clock, cancellation),
            await Instance.PrepareAsync("1", storage.ConnectionString, options, settings, clock, cancellation),
        ];
        return new ChaosRun(options, tell, data, clock, storage, instances);
    }

    /// <summary>Works like the defaults, but comes back to what a fault left within seconds, and takes a whole fleet from one network.</summary>
    private static Dictionary<string, string?> Settings(string dataFolder) => new()
    {
        ["DataFolder"] = dataFolder,
        ["BlobScan__ResendAfter"] = "00:00:05",
        ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:05",
        ["Recoveries__RetryAfter"] = "00:00:02",
        ["Limits__EventsPerApp"] = "10000000",
        ["Limits__OffersPerApp"] = "10000000",
        // They would install through the faults as well, and judge releases by them.
        ["SyntheticDevices__Enabled"] = "false",
        ["Logging__Console__LogLevel__Default"] = "Warning",
        ["Logging__Console__LogLevel__Serverless"] = "Warning",
        ["Logging__Console__LogLevel__Microsoft.AspNetCore.Hosting"] = "Warning",
    };

    private async Task<ChaosReport> RunAsync(CancellationToken cancellation)
    {
        var schedule = Schedule.Draw(_options);
        var violations = new Violations(_tell);
        var state = new StoredState(_storage.ConnectionString);
        var uploads = new Uploads(_storage.ConnectionString, _options.Seed);
        var ledger = new LedgerWatch(state, violations);
        var balancer = new Balancer(_instances.Select(instance => instance.Port));
        using var http = balancer.Http;

        _tell($"seed {_options.Seed}: {schedule.Acts.Count} acts and {schedule.Uploads.Count} uploads in {_options.Length}");
        await Task.WhenAll(_instances.Select((instance, number) => instance.StartAsync(TimeSpan.FromSeconds(number), cancellation)));
        await uploads.DropAsync(UploadKind.Good, cancellation);
        await Eventually.True(async () => (await state.FindProductionAsync(App))?.Target is not null, "The first release should have been published.");
        var key = (await http.GetFromJsonAsync<KeyList>(new Uri(balancer.Address, $"api/keys/{App}"), cancellation))!.Keys.Single().PublicKey;
        var keyFile = Path.Combine(_data.FullName, "public.pem");
        await File.WriteAllTextAsync(keyFile, key, cancellation);

        var fleet = new ChaosFleet(_options, balancer, key, uploads.UnluckyShare, violations);
        var failures = new FailureWatch(_storage.ConnectionString, Path.Combine(_data.FullName, "keys"), fleet);
        using var living = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var lives = fleet.LiveAsync(_options.Turn, living.Token);
        var watches = Task.WhenAll(failures.RunAsync(watching.Token), WatchAsync(fleet, uploads, ledger, violations, watching.Token));

        await Task.WhenAll(PlayAsync(schedule.Acts, cancellation), DropAsync(schedule.Uploads, uploads, cancellation));
        _tell("the last act is over");
        var poison = new PoisonReplay(_storage.ConnectionString, state, uploads, violations);
        await Task.Delay(Calm, cancellation);
        await living.CancelAsync();
        await lives;
        await SettleAsync(state, poison, violations, cancellation);
        await watching.CancelAsync();
        await watches;

        var checks = new FinalChecks(_storage.ConnectionString, state, uploads, fleet, failures, ledger, violations);
        await checks.RunAsync(keyFile, cancellation);
        Soak[] soaks = [.. _instances.Select(Soak.Of)];
        foreach (var defect in soaks.SelectMany(soak => soak.Defects()))
        {
            violations.Add(defect);
        }

        return new ChaosReport
        {
            Seed = _options.Seed,
            Minutes = _options.Length.TotalMinutes,
            Acts = _acts,
            Faults = _faults,
            Uploads = uploads.Count,
            Refused = checks.Refused,
            Ledger = ledger,
            Devices = fleet.Devices.Count,
            Counts = fleet.Counts,
            Replayed = poison.Replayed,
            FailedStarts = _instances.Sum(instance => instance.FailedStarts),
            Soaks = soaks,
            LeftOut =
            [
                .. _clock.IsPossible ? Array.Empty<string>() : ["skewed clocks (no C compiler, or not Linux)"],
                .. _instances.All(instance => instance.Disk.IsMounted) ? Array.Empty<string>() : ["full disks (only root may mount one)"],
            ],
            Violations = violations.All,
        };
    }

    private async Task PlayAsync(IReadOnlyList<Act> acts, CancellationToken cancellation)
    {
        var mischief = new QueueMischief(_storage.ConnectionString);
        var start = Stopwatch.GetTimestamp();
        var playing = new List<Task>();
        foreach (var (number, act) in acts.Index())
        {
            await DelayUntilAsync(start, act.At, cancellation);
            _tell($"act {number + 1} of {acts.Count}: {act}");
            playing.Add(PlayAsync(act, mischief, new Random(_options.Seed ^ number), cancellation));
        }

        await Task.WhenAll(playing);
    }

    private async Task PlayAsync(Act act, QueueMischief mischief, Random random, CancellationToken cancellation)
    {
        var instance = _instances[act.Instance];
        switch (act.Kind)
        {
            case ActKind.Kill:
                await _instances[0].KillAsync(act.Lasts, act.Skew, cancellation);
                break;
            case ActKind.KillBoth:
                await Task.WhenAll(_instances[0].KillAsync(act.Lasts, act.Skew, cancellation), _instances[1].KillAsync(act.Lasts, -act.Skew, cancellation));
                break;
            case ActKind.StopStorage:
                await StopStorageAsync(act.Lasts, cancellation);
                break;
            case ActKind.FullDisk:
                instance.Disk.Fill();
                await Task.Delay(act.Lasts, cancellation);
                instance.Disk.Free();
                break;
            case ActKind.Duplicate:
                using (SlowReceipts())
                {
                    _faults.Add("messages duplicated", await mischief.DuplicateAsync(act, random, cancellation));
                }

                break;
            case ActKind.Reorder:
                using (SlowReceipts())
                {
                    _faults.Add("messages delayed", await mischief.ReorderAsync(act, random, cancellation));
                }

                break;
            default:
                using (var fault = Faults.Begin(instance.Proxy, act, random))
                {
                    await Task.Delay(act.Lasts, cancellation);
                    _faults.Add(act.Kind.ToString(), fault.Hits);
                }

                break;
        }

        _acts.Add(act.Kind.ToString());
    }

    /// <summary>Keeps the servers from their messages for a moment, so that somebody else comes first.</summary>
    private Interceptions SlowReceipts() => new([.. _instances.Select(instance => instance.Proxy.Delay(
        request => request is { Service: StorageService.Queue, Method: "GET" } && request.Path.EndsWith("/messages", StringComparison.Ordinal), Receipt))]);

    private async Task StopStorageAsync(TimeSpan downtime, CancellationToken cancellation)
    {
        await _storageTurn.WaitAsync(cancellation);
        try
        {
            var began = Stopwatch.GetTimestamp();
            await _storage.StopAsync();
            _tell(string.Create(CultureInfo.InvariantCulture, $"storage ended within {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s; after 10 s it is killed, and forgets what it has not saved"));
            await Task.Delay(downtime, cancellation);
            await _storage.StartAsync(cancellation);
        }
        finally
        {
            _storageTurn.Release();
        }
    }

    private async Task DropAsync(IReadOnlyList<PlannedUpload> planned, Uploads uploads, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var upload in planned)
        {
            await DelayUntilAsync(start, upload.At, cancellation);
            _tell($"dropped: {await uploads.DropAsync(upload.Kind, cancellation)}");
        }
    }

    private static Task DelayUntilAsync(long start, TimeSpan at, CancellationToken cancellation)
    {
        var left = at - Stopwatch.GetElapsedTime(start);
        return left > TimeSpan.Zero ? Task.Delay(left, cancellation) : Task.CompletedTask;
    }

    private async Task WatchAsync(ChaosFleet fleet, Uploads uploads, LedgerWatch ledger, Violations violations, CancellationToken cancellation)
    {
        var reported = Stopwatch.GetTimestamp();
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(Look, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var instance in _instances)
            {
                if (await instance.LookAsync(cancellation) is { } last)
                {
                    violations.Add($"instance {instance.Name} ended by itself. It wrote: {last}");
                }

                instance.Proxy.Forget();
            }

            if (Stopwatch.GetElapsedTime(reported) >= Report)
            {
                reported = Stopwatch.GetTimestamp();
                await ledger.LookAsync();
                _tell($"state: {fleet.Counts}; {uploads.Count} drops, {ChaosReport.Describe(ledger)}; {string.Join("; ", _instances.Select(instance => $"{instance.Name}: {instance.Vitals.LastOrDefault().Memory:0} MB"))}");
            }
        }
    }

    /// <summary>Waits until nothing is left to do, and does about poison what people would.</summary>
    private async Task SettleAsync(StoredState state, PoisonReplay poison, Violations violations, CancellationToken cancellation)
    {
        await WaitUntilIdleAsync(state, violations);
        if (await poison.RunAsync(cancellation))
        {
            await WaitUntilIdleAsync(state, violations);
        }

        await poison.RequireNoneAsync();
    }

    private async Task WaitUntilIdleAsync(StoredState state, Violations violations)
    {
        var left = "";
        try
        {
            await Eventually.True(async () => (left = await FindLeftAsync(state)).Length == 0, "", _options.Patience);
        }
        catch (TimeoutException)
        {
            violations.Add($"{_options.Patience.TotalMinutes:0} minutes after the last act there was still {left}");
        }
    }

    private static async Task<string> FindLeftAsync(StoredState state)
    {
        try
        {
            // What is poison is left to its replay, and so is an upload that was given up.
            var (unfinished, messages) = (await state.FindUnfinishedAsync(), await state.CountMessagesAsync());
            var isPoisoned = messages.Any(queue => queue.Value > 0 && queue.Key.EndsWith("-poison", StringComparison.Ordinal));
            var isBusy = messages.Any(queue => queue.Value > 0 && !queue.Key.EndsWith("-poison", StringComparison.Ordinal));
            return isPoisoned && !isBusy ? "" : unfinished;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            return "no storage";
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        await _storage.DisposeAsync();
        _storageTurn.Dispose();
        _data.Delete(recursive: true);
    }

    private sealed record Interceptions(IReadOnlyList<Interception> All) : IDisposable
    {
        public void Dispose()
        {
            foreach (var interception in All)
            {
                interception.Dispose();
            }
        }
    }
}
