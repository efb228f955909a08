using System.Globalization;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Channels;
using Serverless.Device.Manifests;
using Serverless.Device.Stats;

namespace Serverless.Device;

/// <summary>
/// A phone whose app holds the updater plugin in its default mode: checks on foreground, installs on background, proves or rolls
/// back on launch. Driven by one caller at a time; waiting times of the phone are taken as passed.
/// </summary>
public sealed class PluginDevice
{
    private readonly DeviceOptions _options;
    private readonly PluginGeneration _generation;
    private readonly DeviceInfo _info;
    private readonly RateLimit _limit;
    private readonly EventQueue _events;
    private readonly UpdateCheck _check;
    private readonly BundleSizeQuery _sizes;
    private readonly UpdateInstaller _installer;
    private BundleShelf _shelf;
    private bool _reportedReady;

    /// <summary>A device fresh from the store, on the bundle shipped in its app.</summary>
    /// <exception cref="FormatException">The public key is none: the real app would crash at its start.</exception>
    public PluginDevice(DeviceProfile profile, HttpClient http, DeviceOptions? options = null)
    {
        _options = options ?? new DeviceOptions();
        _generation = new PluginGeneration(profile.PluginVersion);
        _info = new DeviceInfo(profile, _generation);
        _limit = new RateLimit(_generation, _options.Clock);
        var plugin = new PluginHttp(http, profile, _generation, _options.Clock);
        _events = new EventQueue(_info, plugin, _generation, _limit, _options.Clock, _options.Observer, () => Running.Version);
        var server = new ServerCall(plugin, _limit, _events);
        _check = new UpdateCheck(_info, server, new UpdateAnswerReader(profile, _generation), _generation, _limit, _events);
        Channels = new DeviceChannels(_info, _generation, server, _limit, () => Running.Version);

        var local = new DeltaCache(_options.AppFiles);
        var plan = new ManifestPlan(profile, _generation);
        _sizes = new BundleSizeQuery(_info, server, _limit, plan, local);
        var source = new BundleSource(
            new BundleDownload(plugin, _options.Interruption),
            new BundleVerifier(profile, _generation),
            new BundleUnpacker(profile.Platform),
            new ManifestSource(plan, new FileDownload(plugin, profile.Platform, _options.Interruption), local, _options.Storage),
            local,
            _options.Storage,
            _options.Cache);
        var report = new DownloadReport(_events, profile.Platform, _generation);
        _installer = new UpdateInstaller(_info, _generation, source, _options.Storage, report, _events);
        _shelf = NewShelf();
    }

    /// <summary>What the device is, as of its last native update.</summary>
    public DeviceProfile Profile => _info.Profile;

    /// <summary>The bundle that runs.</summary>
    public InstalledBundle Running => _shelf.Running;

    /// <summary>The bundle that becomes active at the next background, or null.</summary>
    public InstalledBundle? Next => _shelf.Next;

    /// <summary>The bundle the device falls back to.</summary>
    public InstalledBundle LastGood => _shelf.LastGood;

    /// <summary>The channel calls of the app's script.</summary>
    public DeviceChannels Channels { get; }

    /// <summary>Asks the server once and acts on nothing.</summary>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public async Task<UpdateAnswer> CheckAsync(CancellationToken cancellationToken)
    {
        var start = _options.Clock.GetTimestamp();
        var answer = await _check.AskAsync(Running, cancellationToken);
        _options.Observer.Answered(answer, _options.Clock.GetElapsedTime(start));
        await FlushAsync(cancellationToken);
        return answer;
    }

    /// <summary><c>getLatest</c>, the script's own check: it causes no events and installs nothing.</summary>
    /// <param name="channel">Asked for in place of the device's channel, for this once.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public Task<UpdateAnswer> GetLatestAsync(string? channel, CancellationToken cancellationToken) =>
        _check.AskForAppAsync(Running, channel, cancellationToken);

    /// <summary><c>getBundleDownloadSize</c>: asks how much of a delta update is left to transfer.</summary>
    /// <exception cref="InvalidOperationException">The plugin does not have this call yet.</exception>
    /// <exception cref="HarmfulAnswerException">The answer would hurt real devices.</exception>
    public Task<BundleSize> GetBundleSizeAsync(Offer offer, CancellationToken cancellationToken) => _generation.AsksForSizes
        ? _sizes.AskAsync(offer, Running.Version, cancellationToken)
        : throw new InvalidOperationException($"Plugin {Profile.PluginVersion} has no getBundleDownloadSize.");

    /// <summary>The app comes to the foreground: says so, checks, downloads, and queues what it got.</summary>
    /// <exception cref="HarmfulAnswerException">An answer would hurt real devices.</exception>
    public async Task<UpdateOutcome> ForegroundAsync(CancellationToken cancellationToken)
    {
        if (Running.Status is BundleStatus.Pending)
        {
            Judge();
        }
        _events.Add("app_moved_to_foreground", Running.Version);
        var outcome = await CheckAsync(cancellationToken) switch
        {
            Offer offer => await _installer.InstallAsync(offer, _shelf, cancellationToken),
            BackToBuiltin => _installer.Queue(_shelf.Builtin, _shelf),
            var answer => new NoUpdate(answer),
        };
        await FlushAsync(cancellationToken);
        return outcome;
    }

    /// <summary>The app goes to the background: a queued bundle becomes the running one.</summary>
    /// <returns>True when another bundle runs now.</returns>
    public async Task<bool> BackgroundAsync(CancellationToken cancellationToken)
    {
        _events.Add("app_moved_to_background", Running.Version);
        var activated = Activate();
        await FlushAsync(cancellationToken);
        return activated;
    }

    /// <summary>The app's process starts: the running bundle becomes ready, or the device rolls back.</summary>
    public async Task<LaunchOutcome> LaunchAsync(CancellationToken cancellationToken)
    {
        _limit.Reset();
        _reportedReady = false;
        if (_generation.ReportsLaunches)
        {
            var startedAt = _options.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            _events.Add("app_launch_start", Running.Version, metadata: new Dictionary<string, string> { ["launch_started_at"] = startedAt, ["source"] = "cold" });
        }
        var outcome = Judge();
        await FlushAsync(cancellationToken);
        return outcome;
    }

    /// <summary>The store replaces the native app: every downloaded bundle goes, and the new app's own bundle runs.</summary>
    public async Task UpdateNativeAppAsync(string versionBuild, string versionCode, CancellationToken cancellationToken)
    {
        var previous = Profile;
        _shelf.Clear();
        _info.Profile = previous with { VersionBuild = versionBuild, VersionCode = versionCode };
        _shelf = NewShelf();
        if (_generation.ReportsNativeChange)
        {
            _events.Add("native_app_version_changed", Running.Version, metadata: new Dictionary<string, string>
            {
                ["previous_version_build"] = previous.VersionBuild,
                ["current_version_build"] = versionBuild,
            });
        }
        await FlushAsync(cancellationToken);
    }

    private BundleShelf NewShelf() =>
        new(new InstalledBundle(_generation.NamesBuiltinByBuild ? Profile.VersionBuild : "builtin", BundleStatus.Success));

    private Task FlushAsync(CancellationToken cancellationToken) => _events.FlushAsync(cancellationToken);

    private bool Activate()
    {
        if (_shelf.Next is not { } next)
        {
            return false;
        }
        if (next is { IsBuiltin: false, Root: null })
        {
            _events.Add("set_fail", next.Version);
            _shelf.RefuseNext();
            return false;
        }
        _events.Add("set", next.Version, Running.Version);
        _shelf.Activate();
        return true;
    }

    private LaunchOutcome Judge()
    {
        var ready = Running.IsBuiltin || _options.BecomesReady(Running);
        if (!ready && Running.Status is BundleStatus.Pending)
        {
            RollBack();
            return LaunchOutcome.RolledBack;
        }
        if (!ready)
        {
            return LaunchOutcome.Silent;
        }

        ReportReady();
        if (_shelf.Confirm(Profile.AutoDeletePrevious) is { } deleted)
        {
            _events.Add("delete", deleted.Version);
        }
        return LaunchOutcome.Ready;
    }

    private void RollBack()
    {
        var failed = Running;
        if (_generation.ReportsLaunches)
        {
            var timeout = Profile.ReadyTimeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
            _events.Add("app_launch_timeout", failed.Version, metadata: new Dictionary<string, string> { ["timeout_ms"] = timeout });
        }
        _events.Add("update_fail", failed.Version);
        _shelf.FallBack(Profile.AutoDeleteFailed);
        _events.Add("reset", Running.Version, failed.Version);
        if (Profile.AutoDeleteFailed)
        {
            _events.Add("delete", failed.Version);
        }
        if (Running.IsBuiltin || _options.BecomesReady(Running))
        {
            ReportReady();
        }
    }

    /// <summary>Once per process: a bundle swapped in later reports itself at the next start.</summary>
    private void ReportReady()
    {
        if (_generation.ReportsLaunches && !_reportedReady)
        {
            _events.Add("app_launch_ready", Running.Version);
        }
        _reportedReady = true;
    }
}
