using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Devices;

namespace Serverless.Limits;

/// <summary>
/// What networks, devices and apps may ask of this instance. Each call takes a share and answers null, or how long to wait for the next. Who
/// comes from no network is limited by its app alone: the machine itself, and whoever stands behind a proxy that does not say for whom it asks.
/// </summary>
internal sealed class RequestLimits(IOptions<LimitOptions> options) : IDisposable
{
    // The vendor's limit, of each kind of call.
    private const int ChannelCallsPerSecond = 5;

    // All networks together: a flood of made-up app ids costs no more looks at storage than this in a minute.
    private const int UnfamiliarApps = 6_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Allowances _requests = Allowances.Flowing(options.Value.RequestsPerNetwork, Minute);
    private readonly Allowances _events = Allowances.Flowing(options.Value.EventsPerNetwork, Minute);
    private readonly Allowances _eventsOfApps = Allowances.Flowing(options.Value.EventsPerApp, Minute);
    private readonly Allowances _offers = Allowances.Flowing(options.Value.OffersPerNetwork, Minute);
    private readonly Allowances _offersOfApps = Allowances.Flowing(options.Value.OffersPerApp, Minute);
    private readonly Allowances _channelCalls = Allowances.Flowing(options.Value.ChannelCallsPerNetwork, Minute);
    private readonly Allowances _channelCallsOfDevices = Allowances.Flowing(ChannelCallsPerSecond, TimeSpan.FromSeconds(1));
    private readonly Allowances _unfamiliarApps = Allowances.Flowing(options.Value.UnfamiliarAppsPerNetwork, Minute);
    private readonly Allowances _allUnfamiliarApps = Allowances.Flowing(UnfamiliarApps, Minute);
    private readonly Allowances _failedLogins = Allowances.ByWindow(options.Value.FailedLoginsPerNetwork, Minute);

    /// <summary>Any request.</summary>
    public TimeSpan? Request(NetworkTag? network) => Take(_requests, network);

    /// <summary>Events of an app in one report.</summary>
    public TimeSpan? Events(NetworkTag? network, AppId app, int count) => Take(_events, network, count) ?? _eventsOfApps.Take(KeyOf(app), count);

    /// <summary>A check that is to be answered with a release.</summary>
    public TimeSpan? Offer(NetworkTag? network, AppId app) => Take(_offers, network) ?? _offersOfApps.Take(KeyOf(app));

    /// <summary>A channel call of a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="kind">Calls of different kinds do not count together.</param>
    public TimeSpan? ChannelCall(DeviceRequest device, string kind) => device.Network is not { } from ? null
        : _channelCalls.Take((uint)HashCode.Combine(from, device.App)) ?? _channelCallsOfDevices.Take((uint)HashCode.Combine(device.Device, kind));

    /// <summary>A look at storage for an app that is not in memory, and so may not exist.</summary>
    public bool AdmitsUnfamiliarApp(NetworkTag? network) => (Take(_unfamiliarApps, network) ?? _allUnfamiliarApps.Take(0)) is null;

    /// <summary>A management call, before it is known who makes it: nothing is taken.</summary>
    public TimeSpan? Login(NetworkTag? network) => Take(_failedLogins, network, count: 0);

    /// <summary>A management call turned out to be nobody's.</summary>
    public void FailedLogin(NetworkTag? network) => Take(_failedLogins, network);

    public void Dispose()
    {
        foreach (var allowances in (Allowances[])
            [_requests, _events, _eventsOfApps, _offers, _offersOfApps, _channelCalls, _channelCallsOfDevices, _unfamiliarApps, _allUnfamiliarApps, _failedLogins])
        {
            allowances.Dispose();
        }
    }

    private static TimeSpan? Take(Allowances allowances, NetworkTag? network, int count = 1) => network is { } tag ? allowances.Take(tag.Bits, count) : null;

    // Seeded anew in every process.
    private static uint KeyOf(AppId app) => (uint)app.GetHashCode();
}
