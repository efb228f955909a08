using Serverless.Apps;
using Serverless.Devices;
using Serverless.Updates;

namespace Serverless.Channels;

/// <summary>The channel calls of the plugin. Current plugins keep their choice and only ask whether it is allowed; for older ones it is kept here.</summary>
internal sealed class ChannelSelf(AppSnapshots snapshots, ChannelOverrides overrides)
{
    public async Task<ChannelAnswer> SetAsync(DeviceRequest device, string? name, CancellationToken cancellation)
    {
        var app = await snapshots.GetAsync(device.App, device.Network);
        if (!device.Plugin.KeepsChannel && app.ChannelFor(device with { Channel = null }) is { } usual && usual.Name.Value == name)
        {
            // To an old plugin, choosing the channel it would follow anyway means taking its choice back.
            return await UnsetAsync(device, cancellation);
        }

        if (ChannelChoice.Choose(app, device, name, out var channel) is { } refusal)
        {
            return refusal;
        }

        if (!device.Plugin.KeepsChannel)
        {
            await overrides.SetAsync(device.App, device.Device, channel.Name, cancellation);
        }

        return new ChannelAnswer { Status = ChannelAnswer.Ok, AllowSet = true };
    }

    public async Task<ChannelAnswer> GetAsync(DeviceRequest device, CancellationToken cancellation)
    {
        var app = await snapshots.GetAsync(device.App, device.Network);
        var chosen = app.Exists ? await FollowedAsync(device, cancellation) : device;
        return ChannelChoice.Describe(app, chosen, isOverride: !ReferenceEquals(chosen, device) || app.Pins.GetValueOrDefault(device.Device) is { Channel: not null });
    }

    public async Task<ChannelAnswer> UnsetAsync(DeviceRequest device, CancellationToken cancellation)
    {
        if (!device.Plugin.KeepsChannel && (await snapshots.GetAsync(device.App, device.Network)).Exists)
        {
            await overrides.RemoveAsync(device.App, device.Device, cancellation);
        }

        return new ChannelAnswer { Status = ChannelAnswer.Ok };
    }

    public async Task<ListedChannel[]> ListAsync(AppId app, NetworkTag? network, string platform, bool isEmulator, bool isProd) =>
        ChannelChoice.List(await snapshots.GetAsync(app, network), platform, isEmulator, isProd);

    /// <summary>The device as one that names the channel kept here for it.</summary>
    public async ValueTask<DeviceRequest> FollowedAsync(DeviceRequest device, CancellationToken cancellation) =>
        !device.Plugin.KeepsChannel && await overrides.FindAsync(device.App, device.Device, cancellation) is { } kept
            ? device with { Channel = kept }
            : device;
}
