using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Fuzz.Targets;

/// <summary>An app with something to answer for every rule: channels to choose and not to choose, policies, keys good and bad, releases of all states.</summary>
internal static class FuzzedApp
{
    private const string Key = "MIIBCgKCAQEAgoodgood";
    private const string RetiredKey = "MIIBCgKCAQEAretired/";
    private const string DisabledKey = "MIIBCgKCAQEAdisabled";

    private static readonly ImmutableArray<Release> Releases =
    [
        New("1.4.1"), New("1.5.0-beta.1+b"), New("2.0.0"), New("1.3.0") with { WithdrawnBecause = "it failed" }, New("1.3.1") with { PausedBecause = "it may fail" },
        New("1.6.0") with { Notes = new BundleNotes("notes", "1.2.0", "https://example.com/notes", "comment") },
    ];

    private static readonly ImmutableArray<Channel> Channels =
    [
        Of("production", "1.4.1", 1),
        Of("beta", "1.5.0-beta.1+b", 2),
        Of("next", "2.0.0", 3),
        Of("withdrawn", "1.3.0", 4),
        Of("paused", "1.3.1", 5),
        Of("builtin-only", null, 6),
        Of("noted", "1.6.0", 7) with { Policy = new ChannelPolicy { Versions = VersionPolicy.VersionNumber } },
        Of("unnoted", "1.4.1", 8) with { Policy = new ChannelPolicy { Versions = VersionPolicy.VersionNumber } },
        Of("minor", "1.4.1", 9) with { Policy = new ChannelPolicy { Versions = VersionPolicy.Minor, Ios = false } },
        Of("patch", "1.4.1", 10) with { Policy = new ChannelPolicy { Versions = VersionPolicy.Patch, Prod = false } },
        Of("devices", "1.4.1", 11) with { Policy = new ChannelPolicy { Emulator = false, Dev = false, AllowUnderNative = true } },
        Of("private", "1.4.1", 12) with { AllowSelfSet = false },
    ];

    /// <summary>The app, under whatever id it is asked for; and as it looks where nothing was ever published.</summary>
    public static ImmutableArray<AppSnapshot> Snapshots(AppId app) =>
    [
        AppSnapshot.Unknown(app),
        new AppSnapshot
        {
            App = app,
            Revision = 1,
            Channels = Channels.ToFrozenDictionary(channel => channel.Name.Value, StringComparer.Ordinal),
            Releases = Releases.ToFrozenDictionary(release => release.Version.Value, StringComparer.Ordinal),
            Keys = KeyStates.Of([Known(Key, KeyState.Active), Known(RetiredKey, KeyState.Retired), Known(DisabledKey, KeyState.Disabled)], []),
        },
    ];

    private static Channel Of(string name, string? target, int id) =>
        ChannelName.TryParse(name, out var channel) ? Channel.New(channel, id).PointAt(target is null ? null : BundleVersion.Parse(target)) : throw new FormatException(name);

    private static KnownKey Known(string keyId, KeyState state) => new()
    {
        KeyId = keyId,
        State = state,
        Answer = state is KeyState.Disabled ? DisabledAnswer.Builtin : null,
        KnownSince = DateTimeOffset.UnixEpoch,
    };

    private static Release New(string version) => new()
    {
        Version = BundleVersion.Parse(version),
        Sequence = 1,
        UploadSha256 = Digest(version),
        Zip = new BundleDigests(Digest(version), "00c0ffee", Size: 1000),
        SignedForms = [.. ((string[])[Key, RetiredKey, DisabledKey]).Select(key => Form(version, key))],
        FileCount = 3,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static SignedForm Form(string version, string keyId) => new()
    {
        KeyId = keyId,
        SessionKey = $"AAAAAAAAAAAAAAAAAAAAAA==:{Convert.ToBase64String(new byte[256])}",
        Checksum = new string('a', 512),
        LegacyChecksum = Convert.ToBase64String(new byte[256]),
        CiphertextSha256 = Digest($"{version} {keyId}"),
        CiphertextSize = 1008,
    };

    private static Sha256Digest Digest(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));
}
