using System.Text.Json;
using Serverless.Channels;
using Serverless.Tests.Unit.Updates;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Channels;

/// <summary>The channel calls' answers, word for word as the plugin reads them.</summary>
public sealed class ChannelChoiceTests
{
    private static readonly AppSnapshot App = TestSnapshots.Of(
    [
        TestSnapshots.Channel("production", null, 1),
        TestSnapshots.Channel("beta", null, 2),
        TestSnapshots.Channel("private", null, 3) with { AllowSelfSet = false },
        TestSnapshots.Channel("apple", null, 4) with { Policy = new() { Android = false, Electron = false } },
        TestSnapshots.Channel("open", null, 5) with { Public = true },
        TestSnapshots.Channel("lab", null, 6) with { Policy = new() { Device = false, Prod = false } },
        TestSnapshots.Channel("shops", null, 7) with { Policy = new() { Emulator = false, Dev = false } },
    ]);

    [Theory]
    [InlineData("beta", null)]
    [InlineData("open", null)]
    [InlineData("lab", null)]
    [InlineData(null, "missing_channel")]
    [InlineData("", "missing_channel")]
    [InlineData("nope", "channel_not_found")]
    [InlineData("Beta", "channel_not_found")]
    [InlineData("apple", "channel_not_found")]
    [InlineData("private", "channel_self_set_not_allowed")]
    [InlineData("production", "public_channel_self_set_not_allowed")]
    public void Device_may_choose_what_is_open_to_it(string? name, string? code)
    {
        var refusal = ChannelChoice.Choose(App, TestDevices.Current, name, out var channel);

        Assert.Equal(code, refusal?.Error);
        Assert.True(refusal is null ? channel.Name.Value == name : refusal is { Message.Length: > 0, Status: null, AllowSet: null, Channel: null });
    }

    [Fact]
    public void Channel_of_another_platform_may_be_chosen_on_that_platform() =>
        Assert.Null(ChannelChoice.Choose(App, TestDevices.Current with { Platform = "ios" }, "apple", out _));

    [Theory]
    [InlineData(null, false, """{"channel":"production","status":"default","allowSet":false}""")]
    [InlineData("beta", false, """{"channel":"beta","status":"default","allowSet":true}""")]
    [InlineData("beta", true, """{"channel":"beta","status":"override","allowSet":true}""")]
    [InlineData("nope", false, """{"error":"channel_not_found","message":"No channel serves this device"}""")]
    [InlineData("private", false, """{"error":"channel_not_found","message":"No channel serves this device"}""")]
    [InlineData("apple", false, """{"error":"channel_not_found","message":"No channel serves this device"}""")]
    public void Device_is_told_the_channel_that_it_follows(string? named, bool isOverride, string expected)
    {
        var answer = ChannelChoice.Describe(App, TestDevices.Current with { Channel = named }, isOverride);

        Assert.Equal(expected, JsonSerializer.Serialize(answer, WireJson.Default.ChannelAnswer));
    }

    [Theory]
    [InlineData("android", false, true, "production beta open shops")]
    [InlineData("android", false, false, "production beta open")]
    [InlineData("android", true, true, "production beta open")]
    [InlineData("android", true, false, "production beta open lab")]
    [InlineData("ios", false, true, "production beta apple open shops")]
    [InlineData("electron", false, true, "production beta open shops")]
    [InlineData("", false, true, "")]
    public void List_holds_what_serves_the_device_oldest_first(string platform, bool isEmulator, bool isProd, string expected) =>
        Assert.Equal(expected, string.Join(' ', ChannelChoice.List(App, platform, isEmulator, isProd).Select(channel => channel.Name)));

    [Fact]
    public void Listed_channel_has_a_whole_number_for_an_id()
    {
        var app = TestSnapshots.Of([TestSnapshots.Channel("beta", null, 2), TestSnapshots.Channel("production", null, 1)]);

        Assert.Equal(
            """[{"id":1,"name":"production","public":true,"allow_self_set":false},{"id":2,"name":"beta","public":false,"allow_self_set":true}]""",
            JsonSerializer.Serialize(ChannelChoice.List(app, "android", isEmulator: false, isProd: true), WireJson.Default.ListedChannelArray));
    }

    [Fact]
    public void Unknown_app_has_an_empty_list() => Assert.Equal(
        "[]",
        JsonSerializer.Serialize(
            ChannelChoice.List(AppSnapshot.Unknown(TestDevices.Current.App), "android", isEmulator: false, isProd: true), WireJson.Default.ListedChannelArray));
}
