using System.Collections.Frozen;
using CsCheck;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Tests.Unit.Releases;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>Which rule speaks first, and what is written down about those that were asked.</summary>
public sealed class UpdateTraceTests
{
    private const string Key = "MIIBCgKCAQEAqJikYizo";

    private static readonly string[] Rules =
    [
        "app", "native_version", "plugin", "channel", "builtin", "key_state", "key", "up_to_date", "unverified", "withdrawn",
        "paused", "version_policy", "min_native", "under_native", "prod", "dev", "device", "emulator", "answer",
    ];

    /// <summary>Everything about it is wrong; each case below puts right what the earlier rules would refuse.</summary>
    private static readonly DeviceRequest Wrong = TestDevices.Current.OnNative("unknown") with
    {
        Plugin = Words.Plugin("4.0.0"),
        Channel = "nope",
        KeyId = "MIIBCgKCAQEAxxxxxxxx",
        VersionName = "2.0.0",
    };

    private static readonly ChannelPolicy Closed = new() { Prod = false, Dev = false, Device = false, Emulator = false };

    [Fact]
    public void Refusals_come_in_the_order_of_the_rules()
    {
        var known = Wrong.OnNative("1.4.0");
        var supported = known with { Plugin = Words.Plugin("8.51.23") };
        var following = supported with { Channel = null };
        var verifying = following with { KeyId = Key };
        var behind = verifying with { VersionName = "1.4.0" };

        Assert.Equal("app_not_found", Code(AppSnapshot.Unknown(Wrong.App), Wrong));
        Assert.Equal("unknown_version_build", Code(App("2.0.0", Closed), Wrong));
        Assert.Equal("unsupported_plugin_version", Code(App("2.0.0", Closed), known));
        Assert.Equal("no_channel", Code(App("2.0.0", Closed), supported));
        Assert.Equal("key_id_mismatch", Code(App("2.0.0", Closed), following));
        Assert.Equal("no_new_version_available", Code(App("2.0.0", Closed), verifying));
        Assert.Equal("release_unverified", Code(Unproven("2.0.0"), behind));
        Assert.Equal("release_withdrawn", Code(App("2.0.0", Closed, withdrawn: true), behind));
        Assert.Equal("release_paused", Code(App("2.0.0", Closed, paused: true), behind));
        Assert.Equal("disable_auto_update_to_major", Code(App("2.0.0", Closed), behind));
        Assert.Equal("disable_auto_update_to_metadata", Code(App("1.3.0", Closed), behind));
        Assert.Equal("disable_auto_update_under_native", Code(App("1.3.0", Closed, minNative: null), behind));
        Assert.Equal("disable_prod_build", Code(App("1.4.1", Closed, minNative: null), behind));
        Assert.Equal("disable_dev_build", Code(App("1.4.1", Closed, minNative: null), behind with { IsProd = false }));
        Assert.Equal("disable_device", Code(App("1.4.1", Closed with { Prod = true }, minNative: null), behind));
        Assert.Equal("disable_emulator", Code(App("1.4.1", Closed with { Prod = true }, minNative: null), behind with { IsEmulator = true }));
    }

    [Fact]
    public void Emulator_that_is_up_to_date_hears_that_and_not_that_it_is_unwanted() => Assert.Equal(
        "no_new_version_available",
        Code(App("1.4.1", Closed), TestDevices.Current.OnNative("1.4.0") with { VersionName = "1.4.1", IsEmulator = true }));

    [Fact]
    public void Device_that_runs_a_paused_release_stays_on_it() => Assert.Equal(
        "no_new_version_available",
        Code(App("1.4.1", ChannelPolicy.Default, paused: true), TestDevices.Current.OnNative("1.4.0") with { VersionName = "1.4.1" }));

    [Fact]
    public void Trace_tells_people_what_keeps_a_release_from_being_proven() => Assert.Equal(
        new UpdateTraceStep("unverified", "The row of 2.0.0 is missing.", "release_unverified"),
        Trace(Unproven("2.0.0"), TestDevices.Current.OnNative("1.4.0"))[^1]);

    [Fact]
    public void Trace_of_an_offer_names_every_rule_once()
    {
        var trace = Trace(App("1.4.1", ChannelPolicy.Default, minNative: null), TestDevices.Current.OnNative("1.4.0"));

        Assert.Equal(Rules, trace.Select(step => step.Rule));
        Assert.Equal([.. Enumerable.Repeat("pass", 18), "offer 1.4.1 as a zip"], trace.Select(step => step.Verdict));
    }

    [Fact]
    public void Trace_of_a_refusal_ends_with_the_rule_that_refused_and_what_it_saw()
    {
        var trace = Trace(App("2.0.0", ChannelPolicy.Default), TestDevices.Current.OnNative("1.4"));

        Assert.Equal(new UpdateTraceStep("version_policy", "policy Major, native 1.4.0", "disable_auto_update_to_major"), trace[^1]);
        Assert.Equal(12, trace.Count);
    }

    [Fact]
    public void Decision_is_the_same_with_and_without_a_trace_and_the_trace_ends_with_it() => AnyQuestion.Any.Sample(
        question =>
        {
            var trace = new List<UpdateTraceStep>();
            var decision = UpdateDecision.Decide(question, trace);

            return decision == UpdateDecision.Decide(question)
                && trace.Select(step => step.Rule).SequenceEqual(Rules.Take(trace.Count))
                && trace.SkipLast(1).All(step => step.Verdict == "pass")
                && trace[^1].Verdict == Verdict(decision)
                && trace.All(step => step.Inputs.Length > 0);
        },
        iter: 10_000);

    private static string Code(AppSnapshot app, DeviceRequest device) => Verdict(UpdateDecision.Decide(new UpdateQuestion(app, device)));

    private static List<UpdateTraceStep> Trace(AppSnapshot app, DeviceRequest device)
    {
        var trace = new List<UpdateTraceStep>();
        UpdateDecision.Decide(new UpdateQuestion(app, device), trace);
        return trace;
    }

    private static string Verdict(UpdateDecision decision) => decision switch
    {
        UpdateDecision.Offer offer => $"offer {offer.Release.Version} as a zip",
        UpdateDecision.UpToDate upToDate => upToDate.Code,
        UpdateDecision.Blocked blocked => blocked.Code,
        UpdateDecision.Failed failed => failed.Code,
        _ => "revert to builtin",
    };

    private static AppSnapshot Unproven(string target) =>
        TestSnapshots.Of([TestSnapshots.Channel("production", target)]) with { Defects = new Dictionary<string, string> { [target] = $"The row of {target} is missing." }.ToFrozenDictionary() };

    private static AppSnapshot App(string target, ChannelPolicy policy, string? minNative = "3.0.0", bool withdrawn = false, bool paused = false) => TestSnapshots.Of(
        [TestSnapshots.Channel("production", target) with { Policy = policy }],
        TestReleases.New(target, Key) with { Notes = new(MinNative: minNative), WithdrawnBecause = withdrawn ? "too many failures" : null, PausedBecause = paused ? "it is looked into" : null });
}
