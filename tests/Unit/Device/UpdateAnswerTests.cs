using System.Text;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class UpdateAnswerTests
{
    private const string Sha = CryptoVectors.Sha256;
    private const string Offer = $$"""{"version":"1.4.1","url":"https://x.test/1.zip","session_key":"","checksum":"{{Sha}}"}""";

    [Theory]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","checksum":null}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","data":{"a":null}}""")]
    [InlineData("""{"error":"","message":"m","kind":"blocked"}""")]
    [InlineData("""{"error":"e","message":"m","kind":""}""")]
    [InlineData("""{"error":"e","message":"m"}""")]
    [InlineData("""{"error":"e","message":"m","kind":"later"}""")]
    [InlineData("""{"error":"e","kind":"blocked"}""")]
    [InlineData("""{"version":1,"url":"https://x.test/1.zip"}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","breaking":"yes"}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","message":"hello"}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","manifest":[]}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","manifest":[{"file_name":"a.js"}]}""")]
    [InlineData("""{"version":"1.4.1","url":"/1.zip"}""")]
    [InlineData("""{"version":"1.4.1"}""")]
    [InlineData("""{"version":"","url":"https://x.test/1.zip"}""")]
    [InlineData("""{"version":"1.4.\"1","url":"https://x.test/1.zip"}""")]
    [InlineData("""{"version":"1.4.1","version":"1.4.2","url":"https://x.test/1.zip"}""")]
    [InlineData("""{"version":"builtin"}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","session_key":"a:b"}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","checksum":"abcd"}""")]
    [InlineData("""{"version":"1.4.1","url":"https://x.test/1.zip","checksum":"AB5F7259584BD16CA66BB5001057D86C100B32F5EA70043C10F559952D55634E"}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("")]
    public void Answer_that_would_hurt_a_device_is_refused_loudly(string body) =>
        Assert.Throws<HarmfulAnswerException>(() => Read(body));

    [Fact]
    public void Answer_of_another_content_type_is_refused_loudly() =>
        Assert.Throws<HarmfulAnswerException>(() => Reader(new Version(8, 51, 23)).Read(new HttpAnswer(200, "text/plain", Encoding.UTF8.GetBytes(Offer)), Builtin));

    [Fact]
    public void Data_of_numbers_is_refused_on_iOS_alone()
    {
        const string body = $$"""{"version":"1.4.1","url":"https://x.test/1.zip","data":{"a":1},"checksum":"{{Sha}}"}""";

        Assert.IsType<Offer>(Read(body));
        Assert.Throws<HarmfulAnswerException>(() => Read(body, platform: DevicePlatform.Ios));
    }

    [Theory]
    [InlineData("8.51.23", Sha)]
    [InlineData("7.27.8", Sha)]
    [InlineData("10.0.0", "ac4204a9")]
    public void Offer_with_the_checksum_of_its_generation_is_taken(string plugin, string checksum)
    {
        var answer = Read($$"""{"version":"1.4.1","url":"https://x.test/1.zip","session_key":"","checksum":"{{checksum}}"}""", plugin);

        Assert.Equal(new Uri("https://x.test/1.zip"), Assert.IsType<Offer>(answer).Url);
    }

    [Theory]
    [InlineData("8.51.23", "ac4204a9")]
    [InlineData("10.0.0", Sha)]
    public void Offer_with_the_checksum_of_another_generation_is_refused_loudly(string plugin, string checksum) =>
        Assert.Throws<HarmfulAnswerException>(
            () => Read($$"""{"version":"1.4.1","url":"https://x.test/1.zip","session_key":"","checksum":"{{checksum}}"}""", plugin));

    [Theory]
    [InlineData("8.51.23", CryptoVectors.SignedDigest, true)]
    [InlineData("7.27.8", CryptoVectors.SignedText, true)]
    [InlineData("7.27.8", CryptoVectors.SignedDigest, false)]
    [InlineData("8.51.23", Sha, false)]
    public void Signed_checksum_has_the_form_of_its_generation(string plugin, string checksum, bool fits)
    {
        var body = $$"""{"version":"1.4.1","url":"https://x.test/1.zip","session_key":"{{CryptoVectors.SessionKey}}","checksum":"{{checksum}}"}""";

        var refusal = Record.Exception(() => Read(body, plugin, CryptoVectors.PublicKey));

        Assert.Equal(fits, refusal is not HarmfulAnswerException);
    }

    [Theory]
    [InlineData("up_to_date", RefusalKind.UpToDate)]
    [InlineData("blocked", RefusalKind.Blocked)]
    [InlineData("failed", RefusalKind.Failed)]
    public void Refusal_is_read_by_its_kind(string kind, RefusalKind expected)
    {
        var answer = Read($$"""{"error":"code","message":"A sentence","kind":"{{kind}}","version":"1.0.0"}""");

        Assert.Equal(new Refusal(expected, "code", "A sentence", "1.0.0", 200), answer);
    }

    [Fact]
    public void Refusal_outside_of_success_may_leave_the_kind_out()
    {
        var answer = Read("""{"error":"missing_app_id","message":"m"}""", status: 400);

        Assert.Equal(RefusalKind.Failed, Assert.IsType<Refusal>(answer).Kind);
    }

    [Theory]
    [InlineData(DevicePlatform.Android, RefusalKind.Blocked)]
    [InlineData(DevicePlatform.Ios, RefusalKind.Failed)]
    public void Too_many_requests_is_always_a_failure_on_iOS(DevicePlatform platform, RefusalKind expected)
    {
        var answer = Read("""{"error":"e","message":"m","kind":"blocked"}""", platform: platform, status: 429);

        Assert.Equal(expected, Assert.IsType<Refusal>(answer).Kind);
    }

    [Fact]
    public void Up_to_date_echoes_the_running_version_to_iOS() =>
        Assert.Throws<HarmfulAnswerException>(
            () => Read("""{"error":"e","message":"m","kind":"up_to_date"}""", platform: DevicePlatform.Ios));

    [Fact]
    public void Back_to_builtin_is_for_devices_elsewhere_whose_plugin_knows_it()
    {
        var elsewhere = new InstalledBundle("1.4.1", BundleStatus.Success) { Folder = new MemoryBundleStorage().Create() };

        Assert.IsType<BackToBuiltin>(Read("""{"version":"builtin"}""", running: elsewhere));
        Assert.Throws<HarmfulAnswerException>(() => Read("""{"version":"builtin","url":"https://x.test"}""", running: elsewhere));
        Assert.Throws<HarmfulAnswerException>(() => Read("""{"version":"builtin"}""", "10.0.0", running: elsewhere));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    public void Server_error_is_no_answer(int status) => Assert.Equal(new Unanswered("response_error"), Read("{}", status: status));

    private static InstalledBundle Builtin => new("1.0.0", BundleStatus.Success);

    private static UpdateAnswer Read(
        string body,
        string plugin = "8.51.23",
        string? publicKey = null,
        DevicePlatform platform = DevicePlatform.Android,
        InstalledBundle? running = null,
        int status = 200) =>
        Reader(Version.Parse(plugin), publicKey, platform).Read(new HttpAnswer(status, "application/json", Encoding.UTF8.GetBytes(body)), running ?? Builtin);

    private static UpdateAnswerReader Reader(Version plugin, string? publicKey = null, DevicePlatform platform = DevicePlatform.Android) =>
        new(
            DeviceProfile.For(new Uri("http://127.0.0.1"), "com.example.app") with { PluginVersion = plugin, PublicKey = publicKey, Platform = platform },
            new PluginGeneration(plugin));
}
