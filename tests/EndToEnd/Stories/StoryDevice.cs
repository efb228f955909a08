using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Device.Stats;

namespace Serverless.Tests.EndToEnd.Stories;

/// <summary>A device, and what it was offered and reported.</summary>
internal sealed class StoryDevice : IDeviceObserver
{
    private readonly PluginDevice _device;
    private readonly List<string> _offers = [];
    private readonly List<string> _reports = [];

    /// <param name="profile">What it is.</param>
    /// <param name="http">How it reaches the server.</param>
    /// <param name="failsOn">The version that never becomes ready on it.</param>
    /// <param name="interruption">What happens to its downloads.</param>
    public StoryDevice(DeviceProfile profile, HttpClient http, string? failsOn = null, DownloadInterruption? interruption = null) =>
        _device = new PluginDevice(profile, http, new DeviceOptions
        {
            BecomesReady = bundle => bundle.Version != failsOn && AppBehaviour.CallsNotifyAppReady(bundle),
            Interruption = interruption,
            Observer = this,
        });

    /// <summary>The version that runs, <c>builtin</c> for the one shipped in the app.</summary>
    public string Running => _device.Running.IsBuiltin ? "builtin" : _device.Running.Version;

    /// <summary>The files of the bundle that runs; null for the one shipped in the app.</summary>
    public IBundleFolder? Files => _device.Running.Folder;

    /// <summary>Versions in the order they were offered; <c>builtin</c> for the order to go back.</summary>
    public IReadOnlyList<string> Offers => _offers;

    /// <summary>Actions with the versions they name: <c>update_fail 1.2.0</c>.</summary>
    public IReadOnlyList<string> Reports => _reports;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The app is opened and left: what the server offers is downloaded, verified and installed, and starts with the next launch.</summary>
    public async Task OpenAndLeaveAsync()
    {
        await _device.ForegroundAsync(Cancellation);
        await _device.BackgroundAsync(Cancellation);
    }

    public Task<LaunchOutcome> LaunchAsync() => _device.LaunchAsync(Cancellation);

    public async Task<LaunchOutcome> UpdateAsync()
    {
        await OpenAndLeaveAsync();
        return await LaunchAsync();
    }

    public override string ToString() =>
        $"{_device.Profile.Platform} {_device.Profile.PluginVersion}{(_device.Profile.PublicKey is null ? "" : " with key")} {_device.Profile.DeviceId}";

    void IDeviceObserver.Answered(UpdateAnswer answer, TimeSpan elapsed)
    {
        switch (answer)
        {
            case Offer offer:
                _offers.Add(offer.Version);
                break;
            case BackToBuiltin:
                _offers.Add("builtin");
                break;
        }
    }

    void IDeviceObserver.Reported(DeviceEvent happened) => _reports.Add($"{happened.Action} {happened.VersionName}");
}
