using System.Text;
using CsCheck;
using Serverless.Channels;

namespace Serverless.Tests.Unit.Channels;

/// <summary>What a body makes of a channel's settings.</summary>
public sealed class ChannelEditTests
{
    private static readonly Channel Production = Channel.New(ChannelName.Production, id: 1);

    [Fact]
    public void Member_that_is_left_out_keeps_its_value()
    {
        var before = Production with { Policy = new ChannelPolicy { Ios = false, AllowUnderNative = true } };

        var after = Edit("""{"versions":"minor","emulator":false}""").ApplyTo(before);

        Assert.Equal(before with { Policy = new ChannelPolicy { Ios = false, AllowUnderNative = true, Versions = VersionPolicy.Minor, Emulator = false } }, after);
    }

    [Fact]
    public void Every_setting_can_be_changed()
    {
        var after = Edit("""
            {
              "public": false, "allowSelfSet": true, "versions": "version_number", "allowUnderNative": true, "android": false, "ios": false,
              "electron": false, "prod": false, "dev": false, "device": false, "emulator": false
            }
            """).ApplyTo(Production);

        Assert.Equal(
            Production with
            {
                Public = false,
                AllowSelfSet = true,
                Policy = new ChannelPolicy
                {
                    Versions = VersionPolicy.VersionNumber,
                    AllowUnderNative = true,
                    Android = false,
                    Ios = false,
                    Electron = false,
                    Prod = false,
                    Dev = false,
                    Device = false,
                    Emulator = false,
                },
            },
            after);
    }

    [Theory]
    [InlineData("none", (int)VersionPolicy.None)]
    [InlineData("major", (int)VersionPolicy.Major)]
    [InlineData("minor", (int)VersionPolicy.Minor)]
    [InlineData("patch", (int)VersionPolicy.Patch)]
    [InlineData("version_number", (int)VersionPolicy.VersionNumber)]
    public void Version_policy_is_written_as_a_word(string word, int policy) =>
        Assert.Equal((VersionPolicy)policy, Edit($$"""{"versions":"{{word}}"}""").ApplyTo(Production).Policy.Versions);

    [Fact]
    public void Empty_edit_changes_nothing() => Assert.Equal(Production, Edit("{}").ApplyTo(Production));

    [Theory]
    [InlineData("""{"colour":"red"}""", "unknown_member", "colour")]
    [InlineData("""{"Public":true}""", "unknown_member", "Public")]
    [InlineData("""{"target":"1.0.0"}""", "unknown_member", "target")]
    [InlineData("""{"odd 'name'":1}""", "unknown_member", "odd 'name'")]
    [InlineData("""{"public":"true"}""", "invalid_member", "public")]
    [InlineData("""{"ios":null}""", "invalid_member", "ios")]
    [InlineData("""{"dev":1}""", "invalid_member", "dev")]
    [InlineData("""{"prod":{}}""", "invalid_member", "prod")]
    [InlineData("""{"versions":1}""", "invalid_member", "versions")]
    [InlineData("""{"versions":"all"}""", "invalid_member", "versions")]
    [InlineData("""{"versions":null}""", "invalid_member", "versions")]
    [InlineData("""{"versions":["minor"]}""", "invalid_member", "versions")]
    [InlineData("""{"emulator":true,"device":"no"}""", "invalid_member", "device")]
    [InlineData("""{"ios":true,"ios":false}""", "invalid_json", null)]
    [InlineData("[]", "invalid_json", null)]
    [InlineData("null", "invalid_json", null)]
    [InlineData("", "invalid_json", null)]
    [InlineData("public", "invalid_json", null)]
    public void Body_that_means_nothing_is_refused_by_name(string json, string code, string? member)
    {
        var problem = ChannelEdit.Parse(Encoding.UTF8.GetBytes(json), out _);

        Assert.Equal((code, member, 400), (problem?.Code, problem?.Member, problem?.Status));
    }

    [Fact]
    public void Changes_are_told_in_the_words_of_the_api()
    {
        var after = Edit("""{"emulator":false,"allowSelfSet":true,"versions":"version_number","dev":true}""").ApplyTo(Production);

        Assert.Equal("allowSelfSet from false to true, versions from major to version_number, emulator from true to false", ChannelEdit.Compare(Production, after));
    }

    [Fact]
    public void Second_time_changes_nothing_more() => Gen.Select(Gen.Enum<VersionPolicy>(), Gen.Bool, Gen.Bool).Sample((versions, emulator, isPublic) =>
    {
        var edit = Edit($$"""{"versions":"{{Word(versions)}}","emulator":{{(emulator ? "true" : "false")}},"public":{{(isPublic ? "true" : "false")}}}""");

        var once = edit.ApplyTo(Production);

        Assert.Equal(once, edit.ApplyTo(once));
        Assert.Empty(ChannelEdit.Compare(once, edit.ApplyTo(once)));
    });

    private static string Word(VersionPolicy policy) => policy is VersionPolicy.VersionNumber ? "version_number" : policy.ToString().ToLowerInvariant();

    private static ChannelEdit Edit(string json)
    {
        Assert.Null(ChannelEdit.Parse(Encoding.UTF8.GetBytes(json), out var edit));
        return edit;
    }
}
