using System.Text.Json;
using CsCheck;
using Serverless.Reports;

namespace Serverless.Tests.Unit.Reports;

/// <summary>How much of an event may be of the wrong form before the event is lost.</summary>
public sealed class DeviceEventTests
{
    private const string Fields =
        """
        "platform":"android","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","app_id":"com.example.app","action":"update_fail","version_name":"1.4.1"
        """;

    private static readonly DeviceEvent Failed = new()
    {
        Platform = "android",
        DeviceId = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20",
        AppId = "com.example.app",
        Action = "update_fail",
        VersionName = "1.4.1",
        Timestamp = 1764000000000,
    };

    [Theory]
    [InlineData("1764000000000", 1764000000000)]
    [InlineData("1764000000000.75", 1764000000000)]
    [InlineData("1.764e12", 1764000000000)]
    [InlineData("-1", -1L)]
    [InlineData("1e300", null)]
    [InlineData("1e999", null)]
    [InlineData("\"1764000000000\"", null)]
    [InlineData("null", null)]
    [InlineData("[1]", null)]
    [InlineData("{\"ms\":1}", null)]
    public void Timestamp_is_a_number_or_nothing(string json, long? expected) =>
        Assert.Equal(Failed with { Timestamp = expected }, Read($$"""{{{Fields}},"timestamp":{{json}}}"""));

    [Theory]
    [InlineData("\"metadata\":{\"stack\":\"at a\",\"line\":7,\"deep\":{\"er\":[null]}}")]
    [InlineData("\"metadata\":\"\\ud800\"")]
    [InlineData("\"version_os\":17,\"plugin_version\":null,\"is_prod\":\"yes\",\"key_id\":[],\"custom_id\":\"\\udc00\",\"defaultChannel\":{}")]
    [InlineData("\"version_name\":\"1.4.0\",\"future\":[[[[]]]],\"version_name\":\"1.4.1\"")]
    public void Field_that_is_not_needed_costs_nothing(string more) =>
        Assert.Equal(Failed, Read($$"""{{{Fields}},"timestamp":1764000000000,{{more}}}"""));

    [Theory]
    [InlineData("1.4")]
    [InlineData("true")]
    [InlineData("[\"1.4.1\"]")]
    [InlineData("{\"name\":\"1.4.1\"}")]
    [InlineData("\"\\ud800\"")]
    public void Version_of_the_wrong_form_is_no_version(string json) =>
        Assert.Equal(Failed with { VersionName = null }, Read($$"""{{{Fields}},"timestamp":1764000000000,"version_name":{{json}}}"""));

    [Fact]
    public void Whatever_stands_beside_the_evidence_it_is_read() => Gen.String.Sample(
        text => text.Length > 1024 || Read("{" + Fields + ",\"timestamp\":1764000000000,\"metadata\":{\"message\":" + JsonSerializer.Serialize(text) + "}}") == Failed with { Metadata = new EventMetadata(text, null, null) });

    [Theory]
    [InlineData("{}", null, null, null)]
    [InlineData("{\"message\":\"m\",\"error_type\":\"TypeError\",\"exit_reason\":\"crash\",\"stack\":\"s\"}", "m", "TypeError", "crash")]
    [InlineData("{\"message\":{\"message\":\"inner\"},\"error_type\":[\"message\"],\"exit_reason\":7}", null, null, null)]
    [InlineData("{\"message\":\"\\ud800\",\"error_type\":\"E\"}", null, "E", null)]
    [InlineData("{\"message\":\"first\",\"message\":\"last\"}", "last", null, null)]
    [InlineData("[\"message\"]", null, null, null)]
    [InlineData("\"message\"", null, null, null)]
    public void Metadata_is_read_as_far_as_it_is_understood(string json, string? message, string? errorType, string? exitReason)
    {
        var expected = (message, errorType, exitReason) is (null, null, null) ? null : new EventMetadata(message, errorType, exitReason);

        Assert.Equal(Failed with { Metadata = expected }, Read($$"""{{{Fields}},"metadata":{{json}},"timestamp":1764000000000}"""));
    }

    [Fact]
    public void Message_of_any_length_is_cut()
    {
        var report = Read("{" + Fields + ",\"metadata\":{\"message\":\"" + new string('a', 100_000) + "\"}}");

        Assert.Equal(new string('a', 1024), report!.Metadata!.Message);
    }

    private static DeviceEvent? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Deserialize(WireJson.Default.DeviceEvent);
    }
}
