using Serverless.Devices;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>What a device is to be told.</summary>
internal abstract record UpdateDecision
{
    private UpdateDecision()
    {
    }

    /// <summary>A release to install, in the form this device can verify.</summary>
    /// <param name="Release">What to install.</param>
    /// <param name="Form">The encrypted form for devices with a key; null for the plain zip.</param>
    public sealed record Offer(Release Release, SignedForm? Form) : UpdateDecision;

    /// <summary>Back to the bundle inside the app.</summary>
    public sealed record Revert : UpdateDecision;

    /// <summary>Nothing to do.</summary>
    public sealed record UpToDate(string Code, string Message) : UpdateDecision;

    /// <summary>There may be something newer, but not for this device. The plugin stays silent about it.</summary>
    /// <param name="Code">Stable, for the app's own code.</param>
    /// <param name="Message">For people.</param>
    /// <param name="Version">The release that is held back, when there is one.</param>
    public sealed record Blocked(string Code, string Message, BundleVersion? Version = null) : UpdateDecision;

    /// <summary>Decides from what is known of the app and what the device says. Pure; the rules are tried in order and the first that fires decides.</summary>
    public static UpdateDecision Decide(AppSnapshot app, DeviceRequest device)
    {
        if (!app.Exists)
        {
            return new Blocked("app_not_found", "This server does not know the app");
        }

        if (app.ChannelFor(device.Channel) is not { } channel)
        {
            return new Blocked("no_channel", "No channel serves this device");
        }

        if (channel.Target is not { } target)
        {
            return DecideBuiltin(device);
        }

        if (device.VersionName == target.Value)
        {
            return new UpToDate("no_new_version_available", "No new version available");
        }

        if (app.Release(target) is not { WithdrawnBecause: null } release)
        {
            return new Blocked("release_withdrawn", "The channel's release was withdrawn", target);
        }

        return DecideForm(release, device);
    }

    private static UpdateDecision DecideBuiltin(DeviceRequest device) => device switch
    {
        { IsOnBuiltin: true } => new UpToDate("already_on_builtin", "Already on builtin"),
        { Plugin.RevertsToBuiltin: false } => new Blocked("revert_to_builtin_plugin_version_too_old", "The plugin is too old to go back to the builtin bundle"),
        _ => new Revert(),
    };

    private static UpdateDecision DecideForm(Release release, DeviceRequest device) => device.KeyId switch
    {
        null => new Offer(release, Form: null),
        _ when device.Plugin.VerifiesCrc32 => new Blocked("unsupported_plugin_version", "The plugin is too old for signed bundles", release.Version),
        { } keyId when release.FormFor(keyId) is { } form => new Offer(release, form),
        _ => new Blocked("key_id_mismatch", "The release is not signed with the key in the app", release.Version),
    };
}
