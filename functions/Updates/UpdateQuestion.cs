using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>A device's check together with what its app looks like; what the rules are asked.</summary>
internal sealed class UpdateQuestion
{
    public UpdateQuestion(AppSnapshot app, DeviceRequest device)
    {
        App = app;
        Device = device;
        Channel = app.ChannelFor(device);
        Destination = Destination.Of(app, device, Channel);
        Release = Target is { } target ? app.Release(target) : null;
        Defect = Target is { } unproven ? app.Defects.GetValueOrDefault(unproven.Value) : null;
    }

    public AppSnapshot App { get; }

    public DeviceRequest Device { get; }

    /// <summary>The channel that the device follows; null when none qualifies.</summary>
    public Channel? Channel { get; }

    public Destination Destination { get; }

    /// <summary>What the device is to run; null for the bundle inside the app.</summary>
    public BundleVersion? Target => Destination.Version;

    /// <summary>The release behind <see cref="Target"/>; null when it is not proven.</summary>
    public Release? Release { get; }

    /// <summary>What keeps <see cref="Target"/> from being proven; null when nothing does.</summary>
    public string? Defect { get; }

    /// <summary>The form of the release that a device with a key can verify; null when there is none.</summary>
    public SignedForm? Form => this is { Release: { } release, Device.KeyId: { } keyId } ? App.Keys.FormFor(release, keyId) : null;
}
