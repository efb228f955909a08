using System.Collections.Concurrent;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Stats;
using Serverless.Outcomes;

namespace Serverless.Chaos.Devices;

/// <summary>A device, what it was promised, and what it may therefore hold against the server.</summary>
internal sealed class ChaosDevice : IDeviceObserver
{
    // What devices find wrong about what they were sent, as against what did not come.
    private static readonly HashSet<string> Refusals = new(StringComparer.Ordinal)
    {
        "checksum_fail", "decrypt_fail", "unzip_fail", "canonical_path_fail", "directory_path_fail", "windows_path_fail", "checksum_required", "session_key_required",
        "manifest_path_fail", "download_manifest_checksum_fail", "download_manifest_brotli_fail", "finish_download_fail", "set_fail", "low_mem_fail",
    };

    private readonly PluginDevice _device;
    private readonly Random _random;
    private readonly Func<string, bool> _fails;
    private readonly ConcurrentDictionary<string, long> _knownToHaveFailed = new(StringComparer.Ordinal);
    private readonly Tally _counts;
    private readonly Violations _violations;
    private readonly TimeProvider _time;

    /// <param name="profile">What it is.</param>
    /// <param name="http">Its way to the servers.</param>
    /// <param name="cache">Of its kind.</param>
    /// <param name="fails">The versions that do not start on it.</param>
    /// <param name="random">Its own, by the seed.</param>
    /// <param name="counts">Of all devices.</param>
    /// <param name="violations">Of the run.</param>
    /// <param name="time">By which it remembers.</param>
    public ChaosDevice(DeviceProfile profile, HttpClient http, BundleCache cache, Func<string, bool> fails, Random random, Tally counts, Violations violations, TimeProvider time)
    {
        _fails = fails;
        _random = random;
        _counts = counts;
        _violations = violations;
        _time = time;
        _device = new PluginDevice(profile, http, new DeviceOptions { Cache = cache, BecomesReady = bundle => !fails(bundle.Version), Observer = this });
    }

    public string Id => _device.Profile.DeviceId;

    public string Version => _device.Running.IsBuiltin ? "builtin" : _device.Running.Version;

    /// <summary>The versions that it reported not to start, whether or not a server answered.</summary>
    public ConcurrentDictionary<string, bool> Attempted { get; } = new(StringComparer.Ordinal);

    /// <summary>The failures of which a server answered that it has them: version and what failed.</summary>
    public ConcurrentDictionary<(string Version, bool ByFiles), bool> Accepted { get; } = new();

    /// <summary>Takes turns until cancelled.</summary>
    public async Task LiveAsync(TimeSpan turn, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(turn * (0.5 + _random.NextDouble()), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await TakeTurnAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (HarmfulAnswerException e)
            {
                _violations.Add($"a device was answered what would harm a real one: {e.Message}");
            }
        }
    }

    /// <summary>From now on the outcome says that it failed on the version, so nobody may offer it to this device.</summary>
    public void Remember(string version)
    {
        if (_knownToHaveFailed.TryAdd(version, _time.GetTimestamp()))
        {
            _counts.Add("failures found on record");
        }
    }

    public bool IsRemembered(string version) => _knownToHaveFailed.ContainsKey(version);

    private async Task TakeTurnAsync(CancellationToken cancellation)
    {
        if (await _device.ForegroundAsync(cancellation) is not UpdateQueued)
        {
            return;
        }

        await _device.BackgroundAsync(cancellation);
        _counts.Add("installed");
        if (await _device.LaunchAsync(cancellation) is LaunchOutcome.RolledBack)
        {
            _counts.Add("rolled back by themselves");
        }
    }

    void IDeviceObserver.Answered(UpdateAnswer answer, TimeSpan elapsed)
    {
        _counts.Add(answer switch { Unanswered => "unanswered", Refusal { Kind: RefusalKind.Blocked } => "put off", _ => "answered" });
        if (answer is not Offer offer || !_knownToHaveFailed.TryGetValue(offer.Version, out var since))
        {
            return;
        }

        // An instance relies for that long on having read what is known of the device, or that nobody beside it failed; an offer that was asked for later has looked.
        var asked = _time.GetElapsedTime(since) - elapsed;
        if (asked >= Narrowings.MaxAge)
        {
            _violations.Add($"a device was offered {offer.Version}, on which it failed: it asked {asked.TotalSeconds:0.0} s after that was written down");
        }
    }

    void IDeviceObserver.Reported(DeviceEvent happened)
    {
        if (happened.Action is "update_fail")
        {
            Attempted[happened.VersionName!] = true;
        }
        else if (Refusals.Contains(happened.Action))
        {
            _violations.Add($"a device refused what it was sent: {happened.Action} on {happened.VersionName ?? "what it was offered"}");
        }
    }

    void IDeviceObserver.Delivered(IReadOnlyList<DeviceEvent> events)
    {
        _counts.Add("reports accepted");
        foreach (var happened in events)
        {
            if (happened.Action is "update_fail" or "download_manifest_file_fail")
            {
                _counts.Add("failure reports accepted");
                Accepted[(happened.VersionName!.Split(':')[0], happened.Action is not "update_fail")] = true;
            }
        }
    }

    void IDeviceObserver.Undelivered(IReadOnlyList<DeviceEvent> events, int? status) => _counts.Add("reports not accepted");
}
