using System.Text.Json.Nodes;
using Serverless.Device;

namespace Serverless.Tests.Unit.Device;

public sealed class DeviceRequestTests
{
    [Fact]
    public async Task Android_says_everything_it_knows_and_empty_texts_for_the_rest()
    {
        var request = await CheckAsync(profile => profile with { VersionBuild = "1.4.0", VersionCode = "42", InstallSource = "google_play" });

        RequireSame(
            """
            {"platform":"android","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","app_id":"com.example.app","custom_id":"","version_build":"1.4.0",
             "version_code":"42","version_os":"14","version_name":"1.4.0","plugin_version":"8.51.23","is_emulator":false,"is_prod":true,
             "install_source":"google_play","defaultChannel":""}
            """,
            request.Body);
        Assert.Equal("CapacitorUpdater/8.51.23 (com.example.app) android/14", request.UserAgent);
        Assert.Equal("application/json; charset=utf-8", request.ContentType);
    }

    [Fact]
    public async Task IOS_leaves_out_what_it_does_not_know()
    {
        var request = await CheckAsync(profile => profile with { Platform = DevicePlatform.Ios });

        Assert.False(request.Body.ContainsKey("install_source"));
        Assert.Equal("", (string?)request.Body["custom_id"]);
        Assert.Equal("CapacitorUpdater/8.51.23 (com.example.app) ios/17.5.1", request.UserAgent);
        Assert.Equal("application/json", request.ContentType);
    }

    [Fact]
    public async Task Build_of_2023_sends_eleven_fields()
    {
        var request = await CheckAsync(profile => profile with { PluginVersion = new Version(10, 0, 0) });

        RequireSame(
            """
            {"platform":"android","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","app_id":"com.example.app","custom_id":"","version_build":"1.0.0",
             "version_code":"1","version_os":"14","version_name":"builtin","plugin_version":"10.0.0","is_emulator":false,"is_prod":true}
            """,
            request.Body);
    }

    [Theory]
    [InlineData("8.51.23", DevicePlatform.Ios, "44f128a5-ac7a-4c9a-be4c-224b6bf81b20")]
    [InlineData("6.0.0", DevicePlatform.Ios, "44F128A5-AC7A-4C9A-BE4C-224B6BF81B20")]
    [InlineData("6.0.0", DevicePlatform.Android, "44f128a5-ac7a-4c9a-be4c-224b6bf81b20")]
    public async Task Device_id_is_in_capitals_on_old_iOS(string plugin, DevicePlatform platform, string deviceId)
    {
        var request = await CheckAsync(profile => profile with { PluginVersion = Version.Parse(plugin), Platform = platform });

        Assert.Equal(deviceId, (string?)request.Body["device_id"]);
    }

    [Theory]
    [InlineData("8.51.23", "1.0.0")]
    [InlineData("8.45.0", "1.0.0")]
    [InlineData("8.41.12", "builtin")]
    [InlineData("7.51.21", "1.0.0")]
    [InlineData("7.27.8", "builtin")]
    public async Task Bundle_of_the_app_is_named_by_generation(string plugin, string name)
    {
        var request = await CheckAsync(profile => profile with { PluginVersion = Version.Parse(plugin) });

        Assert.Equal(name, (string?)request.Body["version_name"]);
    }

    [Theory]
    [InlineData("8.51.23", "MIIBCgKCAQEA+5oLqI7J")]
    [InlineData("8.40.7", "MIIB")]
    [InlineData("7.27.8", null)]
    public async Task Key_is_named_by_generation(string plugin, string? keyId)
    {
        var request = await CheckAsync(profile => profile with { PluginVersion = Version.Parse(plugin), PublicKey = CryptoVectors.PublicKey });

        Assert.Equal(keyId, (string?)request.Body["key_id"]);
    }

    private static async Task<LoopbackRequest> CheckAsync(Func<DeviceProfile, DeviceProfile> change)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var http = new HttpClient();
        var profile = DeviceProfile.For(server.Address, "com.example.app") with { DeviceId = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20" };

        await new PluginDevice(change(profile), http).CheckAsync(TestContext.Current.CancellationToken);

        return Assert.Single(server.Checks);
    }

    private static void RequireSame(string expected, JsonObject actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
}
