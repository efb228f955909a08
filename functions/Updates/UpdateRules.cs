using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Keys;
using Serverless.Releases;
using static Serverless.Updates.UpdateDecision;

namespace Serverless.Updates;

/// <summary>
/// The rules in the order in which they are asked. The order is the vendor's server's, so that an app sees the codes it knows; what differs
/// spares devices: a refusal that nobody can act upon is <c>blocked</c>, not <c>failed</c>.
/// </summary>
internal static class UpdateRules
{
    public static readonly ImmutableArray<UpdateRule> InOrder =
    [
        new("app", q => $"{q.App.App}", App),
        new("native_version", q => $"version_build {q.Device.VersionBuild}", NativeBuild),
        new("plugin", q => $"plugin {q.Device.Plugin}", Plugin),
        new("channel", q => $"asks for {q.Device.Channel ?? "the public channel"} on {q.Device.Platform}", ChannelFound),
        new("builtin", q => $"target {q.Target?.Value ?? BundleVersion.Builtin}{Reason(q)}, runs {q.Device.VersionName}", BuiltinReached),
        new("key_state", q => q.Device.KeyId is { } sent && q.App.Keys.Find(sent) is { } key ? $"key {key.KeyId} is {key.State}" : "no single known key", KeyIsGood),
        new("key", q => $"key {q.Device.KeyId ?? "none"}", Key),
        new("up_to_date", q => $"target {q.Target?.Value ?? BundleVersion.Builtin}, runs {q.Device.VersionName}", UpToDateByName),
        new("unverified", q => q.Defect ?? "no defect", Unverified),
        new("withdrawn", q => q.Release?.WithdrawnBecause ?? "not withdrawn", Withdrawn),
        new("paused", q => q.Release?.PausedBecause ?? "not paused", Paused),
        new("version_policy", q => $"policy {q.Channel!.Policy.Versions}, native {q.Device.Native}", VersionPolicyHolds),
        new("min_native", q => $"min_native {q.Release?.Notes.MinNative ?? "none"}, native {q.Device.Native}", MinNative),
        new("under_native", q => $"target {q.Target?.Value ?? BundleVersion.Builtin}, native {q.Device.Native}", UnderNative),
        new("prod", q => $"is_prod {q.Device.IsProd}", q => q.Device.IsProd && !q.Channel!.Policy.Prod ? Off(q, "disable_prod_build", "store builds") : null),
        new("dev", q => $"is_prod {q.Device.IsProd}", q => !q.Device.IsProd && !q.Channel!.Policy.Dev ? Off(q, "disable_dev_build", "development builds") : null),
        new("device", q => $"is_emulator {q.Device.IsEmulator}", q => !q.Device.IsEmulator && !q.Channel!.Policy.Device ? Off(q, "disable_device", "physical devices") : null),
        new("emulator", q => $"is_emulator {q.Device.IsEmulator}", q => q.Device.IsEmulator && !q.Channel!.Policy.Emulator ? Off(q, "disable_emulator", "emulators") : null),
        new("answer", q => $"target {q.Target?.Value ?? BundleVersion.Builtin}", Answer),
    ];

    // One for all devices: most checks end with it.
    private static readonly UpToDate NoNewVersion = new("no_new_version_available", "No new version available");
    private static readonly UpToDate AlreadyOnBuiltin = new("already_on_builtin", "Already on builtin");

    // An app that serves only who can name its channels is not there for anybody else: or guessing would find it.
    private static Blocked? App(UpdateQuestion q) => q.Channel is not null || !q.App.Public.IsEmpty
        ? null
        : new Blocked("app_not_found", "This server does not know the app");

    private static Failed? NativeBuild(UpdateQuestion q) => q.Device.VersionBuild == "unknown"
        ? new Failed("unknown_version_build", "The app does not know its native version")
        : null;

    private static Blocked? Plugin(UpdateQuestion q) => q.Device.Plugin.IsUnsupported
        ? new Blocked("unsupported_plugin_version", "The plugin is too old for this server")
        : null;

    private static Blocked? ChannelFound(UpdateQuestion q) => q.Channel is null ? new Blocked("no_channel", "No channel serves this device") : null;

    private static UpToDate? BuiltinReached(UpdateQuestion q) => q is { Target: null, Device.IsOnBuiltin: true }
        ? AlreadyOnBuiltin
        : null;

    // Before the rules of the channel: what a compromised key may have put on a device is not to stay because a channel is closed.
    private static UpdateDecision? KeyIsGood(UpdateQuestion q) => q is { Target: not null, Device.KeyId: { } sent } ? q.App.Keys.Find(sent) switch
    {
        { State: KeyState.Retired } => Held(q, "key_retired", "The key in the app is retired: the store has a newer app") with { NeedsStoreUpdate = true },
        { State: KeyState.Disabled, Answer: DisabledAnswer.Builtin } when q.Device is { IsOnBuiltin: false, Plugin.RevertsToBuiltin: true } => new Revert(),
        { State: KeyState.Disabled } => Held(q, "key_disabled", "The key in the app must not be trusted any more: update the app in its store") with { NeedsStoreUpdate = true },
        _ => null,
    } : null;

    private static Blocked? Key(UpdateQuestion q) => q switch
    {
        { Release: null } or { Device.KeyId: null } => null,
        { Device.Plugin.VerifiesCrc32: true } => Held(q, "unsupported_plugin_version", "The plugin is too old for signed bundles"),
        { Form: null } => Held(q, "key_id_mismatch", "The release is not signed with the key in the app"),
        _ => null,
    };

    private static UpToDate? UpToDateByName(UpdateQuestion q) => q.Target?.Value == q.Device.VersionName
        ? NoNewVersion
        : null;

    private static Blocked? Unverified(UpdateQuestion q) => q.Defect is not null
        ? Held(q, "release_unverified", "The channel's release is not what was signed")
        : null;

    private static Blocked? Withdrawn(UpdateQuestion q) => q.Target is not null && q.Release is not { WithdrawnBecause: null }
        ? Held(q, "release_withdrawn", "The channel's release was withdrawn")
        : null;

    private static Blocked? Paused(UpdateQuestion q) => q.Release is { PausedBecause: not null }
        ? Held(q, "release_paused", "The channel's release is offered to nobody new at present")
        : null;

    private static UpdateDecision? VersionPolicyHolds(UpdateQuestion q)
    {
        if (q is not { Release: { } release, Device.Native.Number: { } native })
        {
            return null;
        }

        var target = release.Version.Number;
        var sameMinor = native.Major == target.Major && native.Minor == target.Minor;
        return q.Channel!.Policy.Versions switch
        {
            VersionPolicy.Major when target.Major > native.Major => Store(q, "disable_auto_update_to_major", "Cannot upgrade major version"),
            VersionPolicy.Minor when !sameMinor => Store(q, "disable_auto_update_to_minor", "Cannot upgrade minor version"),
            VersionPolicy.Patch when !sameMinor || native.Patch != target.Patch => Store(q, "disable_auto_update_to_patch", "Cannot upgrade patch version"),
            VersionPolicy.VersionNumber when release.Notes.MinNative is null =>
                new Failed("misconfigured_channel", "The channel asks for min_native and the release has none"),
            _ => null,
        };
    }

    // Whatever the policy: a developer who names the lowest native version means it.
    private static Blocked? MinNative(UpdateQuestion q) =>
        q is { Release.Notes.MinNative: { } lowest, Device.Native: { } native } && NativeVersion.TryParse(lowest) is { } needed && native.CompareTo(needed.Number) < 0
            ? Store(q, "disable_auto_update_to_metadata", "The release needs a newer native app")
            : null;

    private static Blocked? UnderNative(UpdateQuestion q) =>
        q is { Release: { } release, Device.Native: { } native, Channel.Policy.AllowUnderNative: false } && native.CompareTo(release.Version.Number) > 0
            ? Held(q, "disable_auto_update_under_native", "The release is older than the native app") with { Old = q.Device.VersionBuild }
            : null;

    private static UpdateDecision Answer(UpdateQuestion q) => q switch
    {
        { Release: { } release, Device.KeyId: null } => new Offer(release, Form: null, q.Device.Plugin.ReadsFileLists ? release.FileList : null),
        { Release: { } release, Form: { } form } =>
            new Offer(release, form, q.Device.Plugin.ReadsHexSignatures ? form.FileList : null),
        { Device.Plugin.RevertsToBuiltin: false } => new Blocked("revert_to_builtin_plugin_version_too_old", "The plugin is too old to go back to the builtin bundle"),
        _ => new Revert(),
    };

    private static string Reason(UpdateQuestion q) => q.Destination.Describe(q.Channel) is { Length: > 0 } reason ? $" ({reason})" : "";

    private static Blocked Off(UpdateQuestion q, string code, string devices) => Held(q, code, $"The channel does not serve {devices}");

    private static Blocked Store(UpdateQuestion q, string code, string message) =>
        Held(q, code, message) with { Old = q.Device.VersionBuild, NeedsStoreUpdate = true };

    private static Blocked Held(UpdateQuestion q, string code, string message) => new(code, message) { Version = q.Target, Old = q.Device.VersionName };
}
