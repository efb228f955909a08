using System.Text;
using System.Text.Json.Nodes;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class ManifestAnswerTests
{
    private const string Sha = CryptoVectors.Sha256;

    [Theory]
    [InlineData("8.51.23", Sha, true)]
    [InlineData("8.51.23", "8E5F7259584BD16CA66BB5001057D86C100B32F5EA70043C10F559952D55634E", false)]
    [InlineData("8.51.23", "ac4204a9", false)]
    [InlineData("8.51.23", CryptoVectors.SignedDigest, false)]
    [InlineData("6.24.9", Sha, false)]
    [InlineData("10.0.0", Sha, false)]
    public void Plain_manifest_has_plain_hashes_and_goes_to_plugins_that_know_it(string plugin, string hash, bool fits) =>
        Judge(Answer("", new PluginGeneration(Version.Parse(plugin)).UsesCrc32 ? CryptoVectors.Crc32 : Sha, File("a.js", hash)), plugin, keyed: false, fits);

    [Theory]
    [InlineData("8.51.23", CryptoVectors.SignedDigest, true)]
    [InlineData("8.51.23", CryptoVectors.SignedDigestBase64, true)]
    [InlineData("8.51.23", Sha, false)]
    [InlineData("7.27.8", CryptoVectors.SignedText, true)]
    [InlineData("7.27.8", CryptoVectors.SignedDigest, false)]
    public void Encrypted_manifest_has_signed_hashes_of_its_generation(string plugin, string hash, bool fits) =>
        Judge(Answer(CryptoVectors.SessionKey, plugin == "7.27.8" ? CryptoVectors.SignedText : CryptoVectors.SignedDigest, File("a.js", hash)), plugin, keyed: true, fits);

    [Theory]
    [InlineData("8.51.23")]
    [InlineData("8.51.22")]
    public void Plain_manifest_for_a_device_with_a_key_is_refused_loudly(string plugin) =>
        Judge(Answer(File("a.js", Sha)), plugin, keyed: true, fits: false);

    /// <summary>What a device does with it is its own affair: no server can know of the key.</summary>
    [Theory]
    [InlineData("7.36.1", DevicePlatform.Android)]
    [InlineData("7.36.1", DevicePlatform.Ios)]
    [InlineData("8.0.0", DevicePlatform.Android)]
    [InlineData("8.0.0", DevicePlatform.Ios)]
    public void Plain_offers_for_a_device_that_does_not_name_its_key_are_no_fault(string plugin, DevicePlatform platform)
    {
        Judge(Answer(), plugin, keyed: true, fits: true, platform);
        Judge(Answer(File("a.js", Sha)), plugin, keyed: true, fits: true, platform);
    }

    [Theory]
    [InlineData("""{"file_hash":"H","download_url":"https://x.test/a"}""")]
    [InlineData("""{"file_name":"a.js","download_url":"https://x.test/a"}""")]
    [InlineData("""{"file_name":"a.js","file_hash":"H"}""")]
    [InlineData("""{"file_name":"","file_hash":"H","download_url":"https://x.test/a"}""")]
    [InlineData("""{"file_name":"a.js","file_hash":"","download_url":"https://x.test/a"}""")]
    [InlineData("""{"file_name":"a.js","file_hash":"H","download_url":""}""")]
    [InlineData("""{"file_name":"a.js","file_hash":"H","download_url":"file:///a"}""")]
    [InlineData("""{"file_name":null,"file_hash":"H","download_url":"https://x.test/a"}""")]
    [InlineData("""{"file_name":1,"file_hash":"H","download_url":"https://x.test/a"}""")]
    [InlineData("""{"file_name":"a.js","file_name":"b.js","file_hash":"H","download_url":"https://x.test/a"}""")]
    [InlineData("null")]
    [InlineData("\"a.js\"")]
    public void One_bad_entry_spoils_the_manifest(string entry)
    {
        var body = $$"""
            {"version":"1.4.1","url":"https://x.test/1.zip","session_key":"","checksum":"{{Sha}}",
             "manifest":[{"file_name":"index.html","file_hash":"{{Sha}}","download_url":"https://x.test/i"},{{entry.Replace("\"H\"", $"\"{Sha}\"", StringComparison.Ordinal)}}]}
            """;

        Judge(body, "8.51.23", keyed: false, fits: false);
    }

    [Fact]
    public void Manifest_needs_the_url_of_a_zip_all_the_same()
    {
        var answer = Answer(File("a.js", Sha));
        answer.Remove("url");

        Judge(answer, "8.51.23", keyed: false, fits: false);
    }

    [Theory]
    [InlineData(DevicePlatform.Android, 9_000, true)]
    [InlineData(DevicePlatform.Android, 10_200, false)]
    [InlineData(DevicePlatform.Ios, 10_200, true)]
    public void What_Android_hands_to_its_worker_has_a_limit(DevicePlatform platform, int length, bool fits)
    {
        var answer = Answer();
        answer["url"] = $"https://x.test/1.zip?{new string('s', length - 21)}";

        Judge(answer, "8.51.23", keyed: false, fits, platform);
    }

    [Fact]
    public void Link_and_comment_below_their_gate_do_no_harm()
    {
        var answer = Answer();
        answer["link"] = "https://x.test";
        answer["comment"] = "c";

        Judge(answer, "8.34.0", keyed: false, fits: true);
    }

    private static JsonObject Answer(params JsonNode[] files) => Answer("", Sha, files);

    private static JsonObject Answer(string sessionKey, string checksum, params JsonNode[] files)
    {
        var answer = new JsonObject { ["version"] = "1.4.1", ["url"] = "https://x.test/1.zip", ["session_key"] = sessionKey, ["checksum"] = checksum };
        if (files.Length > 0)
        {
            answer["manifest"] = new JsonArray(files);
        }
        return answer;
    }

    private static JsonObject File(string name, string hash) => new() { ["file_name"] = name, ["file_hash"] = hash, ["download_url"] = "https://x.test/f" };

    private static void Judge(JsonObject answer, string plugin, bool keyed, bool fits, DevicePlatform platform = DevicePlatform.Android) =>
        Judge(answer.ToJsonString(), plugin, keyed, fits, platform);

    private static void Judge(string body, string plugin, bool keyed, bool fits, DevicePlatform platform = DevicePlatform.Android)
    {
        var version = Version.Parse(plugin);
        var profile = DeviceProfile.For(new Uri("http://127.0.0.1"), "com.example.app") with
        {
            PluginVersion = version,
            Platform = platform,
            PublicKey = keyed ? CryptoVectors.PublicKey : null,
        };
        var reader = new UpdateAnswerReader(profile, new PluginGeneration(version));

        var refusal = Record.Exception(
            () => reader.Read(new HttpAnswer(200, "application/json", Encoding.UTF8.GetBytes(body)), new InstalledBundle("1.0.0", BundleStatus.Success)));

        Assert.Equal(fits, refusal is not HarmfulAnswerException);
    }
}
