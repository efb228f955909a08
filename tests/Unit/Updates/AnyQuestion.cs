using System.Collections.Frozen;
using CsCheck;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Rollouts;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>Devices and apps of every kind that the rules tell apart, in any combination.</summary>
internal static class AnyQuestion
{
    private const string Key = "MIIBCgKCAQEAqJikYizo";

    public static readonly Gen<DeviceRequest> Device = Gen.Select(
        Gen.OneOf("1.4.0", "1.4.1", "1.5.0", "builtin", "", "1.0.0", "odd \"name\"\u2028"),
        Gen.OneOf("1.0.0", "1.4", "1.4.1", "2.0.0", "unknown", ""),
        Gen.OneOf("4.15.0", "10.0.0", "9.0.0", "5.9.0", "6.1.0", "6.24.9", "6.29.0", "7.27.8", "7.30.0", "8.51.23"),
        Gen.OneOf<string?>(null, "production", "beta", "nope"),
        Gen.OneOf<string?>(null, Key, "MIIBCgKCAQEAxxxxxxxx"),
        Gen.Select(Gen.OneOf("android", "ios", "electron", ""), Gen.Bool, Gen.Bool),
        (running, native, plugin, channel, key, build) => (TestDevices.Current with
        {
            VersionName = running,
            Plugin = Words.Plugin(plugin),
            Channel = channel,
            KeyId = key,
            Platform = build.Item1,
            IsEmulator = build.Item2,
            IsProd = build.Item3,
        }).OnNative(native));

    private static readonly Pin[] Pins = [new(TestDevices.Current.Device, Version: Words.Version("1.4.1"))];

    // Each switch is off in one app of eight: most questions shall come to the last rule.
    private static readonly Gen<bool> MostlyOn = Gen.Int[0, 7].Select(number => number > 0);

    private static readonly Gen<ChannelPolicy> Policy = Gen.Select(
        Gen.Enum<VersionPolicy>(),
        Gen.Bool,
        MostlyOn.Array[5],
        (versions, underNative, on) => new ChannelPolicy
        {
            Versions = versions,
            AllowUnderNative = underNative,
            Ios = on[0],
            Prod = on[1],
            Dev = on[2],
            Device = on[3],
            Emulator = on[4],
        });

    private static readonly Gen<AppSnapshot> App = Gen.Select(
        Gen.OneOf<string?>(null, "1.4.0", "1.4.1", "1.5.0"),
        Gen.OneOf<string?>(null, "1.4.1", "1.5.0"),
        Policy,
        Gen.OneOf<string?>(null, "1.0.0", "1.4.1"),
        Gen.Bool.Array[3],
        (production, beta, policy, minNative, facts) => facts[0]
            ? TestSnapshots.Of(
                [TestSnapshots.Channel("production", production, 1) with { Policy = policy }, TestSnapshots.Channel("beta", beta, 2) with { Policy = policy }],
                (facts[1] ? TestReleases.New("1.4.1", Key) : TestReleases.New("1.4.1")) with { Notes = new(MinNative: minNative) },
                TestReleases.New("1.5.0", Key) with { WithdrawnBecause = facts[2] ? "too many failures" : null })
            : AppSnapshot.Unknown(Words.App("com.example.app")));

    // What leads devices elsewhere than the channel points: a rollout, a detour, a pin.
    private static readonly Gen<AppSnapshot> LedApp = Gen.Select(App, Gen.Int[0, 3], (app, way) => (way, app.Channels.GetValueOrDefault("production")) switch
    {
        (1, { } production) => TestSnapshots.Of([production.LeadBy(TestRollouts.To("1.5.0").Raise(60, TestRollouts.Noon)!), app.Channels["beta"]], [.. app.Releases.Values]),
        (2, { Target: { } target } production) => TestSnapshots.Of(
            [production.WithDetour(new Cell(CellKind.Platform, "android"), target, Words.Version("1.4.1")), app.Channels["beta"]], [.. app.Releases.Values]),
        (3, not null) => app with { Pins = Pins.ToFrozenDictionary(pin => pin.Device) },
        _ => app,
    });

    public static readonly Gen<UpdateQuestion> Any = Gen.Select(LedApp, Device, (app, device) => new UpdateQuestion(app, device));
}
