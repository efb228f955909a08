using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Devices;

public sealed class DeviceBodyTests
{
    /// <summary>What plugin 8.51.23 on Android sends on the builtin bundle.</summary>
    private const string Android = """
        {"platform":"android","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","app_id":"com.example.app","custom_id":"","version_build":"1.4.0",
        "version_code":"42","version_os":"14","version_name":"1.4.0","plugin_version":"8.51.23","is_emulator":false,"is_prod":true,
        "install_source":"google_play","defaultChannel":""}
        """;

    private static readonly Pepper Pepper = new(new byte[32]);
    private static readonly DeviceBody Body = new(Pepper, new DeviceNetworks(Pepper, TimeProvider.System), new GateStub());

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.OneOf("null", "true", "1", "-0.5e300", "\"\"", "[]", "{}", "\"\\ud800\"", "\"builtin\"", "\"8.51.23\"", "\"99999999999999999999.0.0\"", "\"com.example.app\""),
        Gen.String[Gen.Char.AlphaNumeric, 0, 200].Select(text => $"\"{text}\""));

    private static readonly Gen<string> Objects = Gen.Select(
        Gen.OneOf("platform", "device_id", "app_id", "version_build", "version_name", "plugin_version", "is_prod", "defaultChannel", "key_id", "other"), Scalar)
        .Array[0, 12]
        .Select(fields => $"{{{string.Join(',', fields.Select(field => $"\"{field.Item1}\":{field.Item2}"))}}}");

    [Fact]
    public async Task Request_of_the_current_plugin_is_read()
    {
        var (fault, device) = await ReadAsync(Android);

        Assert.Null(fault);
        Assert.Equal(("com.example.app", "android", "1.4.0", "1.4.0"), (device!.App.Value, device.Platform, device.VersionBuild, device.VersionName));
        Assert.Equal((null, null, true), (device.Channel, device.KeyId, device.IsOnBuiltin));
        Assert.False(device.Plugin.VerifiesCrc32);
    }

    [Fact]
    public async Task Upper_case_id_is_the_same_device()
    {
        var (_, lower) = await ReadAsync(Android);
        var (_, upper) = await ReadAsync(Android.Replace("44f128a5-ac7a-4c9a-be4c-224b6bf81b20", "44F128A5-AC7A-4C9A-BE4C-224B6BF81B20", StringComparison.Ordinal));

        Assert.Equal(lower!.Device, upper!.Device);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored()
    {
        var (fault, _) = await ReadAsync(Android.Replace("{", """{"foo":{"bar":[1]},""", StringComparison.Ordinal));

        Assert.Null(fault);
    }

    [Theory]
    [InlineData("", "invalid_json_parse_body")]
    [InlineData("{", "invalid_json_parse_body")]
    [InlineData("{\"app_id\":}", "invalid_json_parse_body")]
    [InlineData("null", "invalid_json_body")]
    [InlineData("[]", "invalid_json_body")]
    [InlineData("7", "invalid_json_body")]
    [InlineData("{}", "invalid_json_body")]
    [InlineData("{\"app_id\":7}", "invalid_json_body")]
    [InlineData("{\"app_id\":\"com.example.app\"}", "missing_device_id")]
    [InlineData("{\"app_id\":\"com.example.app\",\"device_id\":\"\"}", "missing_device_id")]
    [InlineData("{\"device_id\":\"44f128a5-ac7a-4c9a-be4c-224b6bf81b20\"}", "missing_app_id")]
    [InlineData("{\"device_id\":\"44f128a5-ac7a-4c9a-be4c-224b6bf81b20\",\"app_id\":\"no app\",\"plugin_version\":\"8.51.23\"}", "invalid_json_body")]
    [InlineData("{\"device_id\":\"44f128a5\",\"app_id\":\"com.example.app\",\"plugin_version\":\"8.51.23\"}", "invalid_json_body")]
    [InlineData("{\"device_id\":\"{44f128a5-ac7a-4c9a-be4c-224b6bf81b20}\",\"app_id\":\"com.example.app\",\"plugin_version\":\"8.51.23\"}", "invalid_json_body")]
    [InlineData("{\"device_id\":\"44f128a5-ac7a-4c9a-be4c-224b6bf81b20\",\"app_id\":\"com.example.app\"}", "invalid_json_body")]
    public async Task Request_at_fault_gets_the_code_that_plugins_know(string json, string code)
    {
        var (fault, device) = await ReadAsync(json);

        Assert.Null(device);
        Assert.Equal((code, 400, "failed"), (fault!.Error, fault.Status, fault.Kind));
    }

    [Theory]
    [InlineData("version_build", 128)]
    [InlineData("version_name", 1024)]
    [InlineData("defaultChannel", 128)]
    [InlineData("key_id", 128)]
    [InlineData("platform", 128)]
    public async Task Text_is_bounded(string field, int longest)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, object>>(Android)!;

        var (within, _) = await ReadAsync(JsonSerializer.Serialize(new Dictionary<string, object>(fields) { [field] = new string('x', longest) }));
        var (beyond, _) = await ReadAsync(JsonSerializer.Serialize(new Dictionary<string, object>(fields) { [field] = new string('x', longest + 1) }));

        Assert.Null(within);
        Assert.Equal(RequestFault.InvalidBody, beyond);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_beyond_32_kilobytes_is_too_large(bool announced)
    {
        var padded = Android + new string(' ', (32 * 1024) - Android.Length);

        var (within, _) = await ReadAsync(padded, announced);
        var (beyond, _) = await ReadAsync(padded + " ", announced);

        Assert.Null(within);
        Assert.Equal(("body_too_large", 413), (beyond!.Error, beyond.Status));
    }

    [Fact]
    public async Task Query_names_the_device_that_a_body_names()
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(
            "?platform=android&device_id=44f128a5-ac7a-4c9a-be4c-224b6bf81b20&app_id=com.example.app&version_build=1.4.0&version_name=builtin&plugin_version=7.27.8");
        var (_, inBody) = await ReadAsync(
            """{"platform":"android","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","app_id":"com.example.app","version_build":"1.4.0","version_name":"builtin","plugin_version":"7.27.8"}""");

        var (fault, device) = await Body.ReadQueryAsync(request);

        Assert.Null(fault);
        Assert.NotNull(device);
        Assert.Equal(inBody, device);
    }

    [Fact]
    public async Task Query_without_a_device_is_told_so() =>
        Assert.Equal("missing_device_id", (await Body.ReadQueryAsync(new DefaultHttpContext().Request)).Fault?.Error);

    [Fact]
    public async Task Device_that_does_not_show_what_its_app_asks_for_is_one_of_no_app()
    {
        var (_, refused) = await ReadAsync(Android, AppAdmission.Refused("nothing_shown"));
        var (_, other) = await ReadAsync(Android, AppAdmission.OnlyFor(DevicePseudonym.Of(AppId.None, "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", Pepper), "signed_request"));
        var (_, own) = await ReadAsync(Android, AppAdmission.OnlyFor(refused!.Device, "signed_request"));

        Assert.Equal((AppId.None, AppId.None, "com.example.app"), (refused.App, other!.App, own!.App.Value));
        Assert.False(AppId.TryParse(AppId.None.Value, out _));
    }

    [Fact]
    public async Task Device_is_quietly_refused_while_nobody_can_tell_what_its_app_asks()
    {
        var (fault, device) = await ReadAsync(Android, admission: null);

        Assert.Null(device);
        Assert.Equal(("temporarily_unavailable", 200, "blocked", "1.4.0"), (fault!.Error, fault.Status, fault.Kind, fault.Version));
    }

    [Fact]
    public Task Any_bytes_get_an_answer() => Gen.Byte.Array[0, 200].SampleAsync(IsAnsweredAsync, iter: 5_000);

    [Fact]
    public Task Any_object_gets_an_answer() => Objects.SampleAsync(json => IsAnsweredAsync(Encoding.UTF8.GetBytes(json)), iter: 5_000);

    [Fact]
    public Task Any_damage_to_a_request_gets_an_answer() => Gen.Select(Gen.Int[0, Android.Length - 1], Gen.Byte).SampleAsync(
        (at, value) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Android);
            bytes[at] = value;
            return IsAnsweredAsync(bytes);
        },
        iter: 5_000);

    private static async Task<bool> IsAnsweredAsync(byte[] body)
    {
        var (fault, device) = await ReadAsync(body, announced: true);
        _ = device?.Plugin.VerifiesCrc32;
        return fault is null != device is null;
    }

    private static Task<(RequestFault? Fault, DeviceRequest? Device)> ReadAsync(string body, bool announced = true) =>
        ReadAsync(Encoding.UTF8.GetBytes(body), announced);

    private static Task<(RequestFault? Fault, DeviceRequest? Device)> ReadAsync(string body, AppAdmission? admission) =>
        ReadAsync(Encoding.UTF8.GetBytes(body), announced: true, new DeviceBody(Pepper, new DeviceNetworks(Pepper, TimeProvider.System), new GateStub(admission)));

    private static async Task<(RequestFault? Fault, DeviceRequest? Device)> ReadAsync(byte[] body, bool announced, DeviceBody? reader = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(body);
        context.Request.ContentLength = announced ? body.Length : null;
        var (fault, device, _) = await (reader ?? Body).ReadAsync(context.Request, WireJson.Default.DeviceInfo, CancellationToken.None);
        return (fault, device);
    }
}
