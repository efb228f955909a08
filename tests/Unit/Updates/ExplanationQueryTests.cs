using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serverless.Devices;
using Serverless.Management;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>A device as people describe it.</summary>
public sealed class ExplanationQueryTests
{
    private const string Device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20";
    private const string Enough = "platform=ios&version_build=1.4.0";

    private static readonly Pepper Pepper = new(new byte[32]);

    [Fact]
    public void Device_of_which_little_is_said_is_a_current_one_on_its_own_bundle()
    {
        var problem = Parse(Enough, out var device);

        Assert.Null(problem);
        Assert.Equal(("ios", "1.4.0", "1.4.0", "8.51.23"), (device.Platform, device.VersionBuild, device.VersionName, $"{device.Plugin}"));
        Assert.Equal((true, false, null, null), (device.IsProd, device.IsEmulator, device.Channel, device.KeyId));
    }

    [Fact]
    public void Device_is_the_one_that_sends_the_same_fields()
    {
        var sent = new DeviceInfo
        {
            AppId = "com.example.app",
            DeviceId = Device.ToUpperInvariant(),
            Platform = "android",
            VersionBuild = "1.4",
            VersionName = "1.4.1",
            PluginVersion = "7.27.8",
            DefaultChannel = "beta",
            KeyId = "MIIBCgKCAQEAqJikYizo",
            IsProd = false,
            IsEmulator = true,
        };
        Assert.Null(DeviceRequest.Parse(sent, Pepper, out var expected));

        Parse(
            "platform=android&version_build=1.4&version_name=1.4.1&plugin_version=7.27.8&defaultChannel=beta&key_id=MIIBCgKCAQEAqJikYizo&is_prod=false&is_emulator=true",
            out var device);

        Assert.Equal(expected, device);
    }

    [Theory]
    [InlineData("version_build=1.4.0", "missing_parameter", "platform")]
    [InlineData("platform=ios", "missing_parameter", "version_build")]
    [InlineData("platform=ios&version_build=", "missing_parameter", "version_build")]
    [InlineData("platform=ios&version_build=abc", "invalid_parameter", "version_build")]
    [InlineData(Enough + "&version_name=1.4.0&version_name=1.4.1", "invalid_parameter", "version_name")]
    [InlineData(Enough + "&plugin_version=newest", "invalid_parameter", "plugin_version")]
    [InlineData(Enough + "&is_prod=1", "invalid_parameter", "is_prod")]
    [InlineData(Enough + "&is_emulator=", "invalid_parameter", "is_emulator")]
    public void Parameter_that_says_nothing_is_named(string query, string code, string name)
    {
        var problem = Parse(query, out _);

        Assert.Equal((code, name, StatusCodes.Status400BadRequest), (problem?.Code, problem?.Member, problem?.Status));
    }

    [Fact]
    public void Text_longer_than_a_device_may_send_is_refused() =>
        Assert.Equal("key_id", Parse($"{Enough}&key_id={new string('M', 129)}", out _)?.Member);

    [Theory]
    [InlineData("com.example.app", "not-a-uuid", ProblemCode.InvalidParameter)]
    [InlineData("nonsense", Device, ProblemCode.AppNotFound)]
    public void Path_that_names_no_device_is_refused(string app, string device, string code) =>
        Assert.Equal(code, ExplanationQuery.Parse(app, device, Query(Enough), Pepper, out _)?.Code);

    private static Problem? Parse(string query, out DeviceRequest device) => ExplanationQuery.Parse("com.example.app", Device, Query(query), Pepper, out device);

    private static QueryCollection Query(string query) => new(QueryHelpers.ParseQuery(query));
}
