using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CsCheck;
using Serverless.Device;
using Serverless.Device.Answers;

namespace Serverless.Tests.Unit.Device;

/// <summary>Whatever a server says, the device goes on or calls it harmful; nothing else comes out of it.</summary>
public sealed class RandomAnswerTests
{
    private const string Sha = CryptoVectors.Sha256;

    private static readonly string[] Names =
    [
        "version", "url", "checksum", "session_key", "manifest", "link", "comment", "data", "breaking", "major", "kind", "error", "message", "old",
        "file_name", "file_hash", "download_url", "status", "allowSet", "unset", "channel", "id", "name", "public", "allow_self_set", "totalSize",
        "knownFiles", "unknownFiles", "files", "size", "moreInfo", "retryAfterSeconds", "rateLimitResetAt", "other",
    ];

    private static readonly string[] Leaves =
    [
        "null", "true", "false", "0", "1", "-1", "1.5", "1e300", "1e999", "\"\"", "\"builtin\"", "\"1.4.1\"", "\"1.0.0\"", "\"https://x.test/f\"", "\"/f\"",
        $"\"{Sha}\"", $"\"{CryptoVectors.SignedDigest}\"", $"\"{CryptoVectors.SessionKey}\"", "\"a:b\"", "\"a.js\"", "\"a.js.br\"", "\"../a\"", "\"blocked\"",
        "\"failed\"", "\"up_to_date\"", "\"too_many_requests\"", "\"ok\"", "\"default\"", "\"\\ud800\"", "\"\\u0000\"", "\"é\"",
    ];

    private static readonly string[] Examples =
    [
        $$"""{"version":"1.4.1","url":"https://x.test/f","session_key":"","checksum":"{{Sha}}"}""",
        $$"""{"version":"1.4.1","url":"https://x.test/f","session_key":"","checksum":"{{Sha}}","manifest":[{"file_name":"a.js","file_hash":"{{Sha}}","download_url":"https://x.test/f"}]}""",
        """{"error":"no_new_version_available","message":"m","kind":"up_to_date","version":"1.0.0"}""",
        """{"error":"too_many_requests","message":"m","kind":"failed","moreInfo":{"retryAfterSeconds":1}}""",
        """{"status":"ok","allowSet":true,"unset":false}""",
        """{"channel":"beta","status":"default","allowSet":true}""",
        """[{"id":1,"name":"production","public":true,"allow_self_set":false}]""",
    ];

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Gen.OneOf(Leaves)
        : Gen.OneOf(Gen.OneOf(Leaves), ObjectOf(inner), ArrayOf(inner)));

    private static readonly Gen<string> Body = Gen.OneOf(
        Json,
        ObjectOf(Json),
        Gen.OneOf(Examples),
        Gen.Select(Gen.OneOf(Examples), Gen.OneOf(Leaves), Gen.Int[0, 9], Replace),
        Gen.String,
        Gen.Byte.Array[0, 40].Select(bytes => Encoding.Latin1.GetString(bytes)));

    private static readonly Gen<RandomAnswer> Answers = Gen.Select(
        Body,
        Gen.OneOf(200, 200, 200, 200, 201, 204, 206, 302, 304, 400, 404, 408, 416, 429, 500, 503),
        Gen.OneOf("application/json", "application/json", "application/json; charset=utf-8", "text/plain", "", ";;"),
        Gen.OneOf<string?>(null, null, null, "gzip", "br", "gzip, br", "nonsense"),
        Gen.OneOf<string?>(null, null, "1", "-1", "1e400", "NaN", "soon"),
        Gen.Bool,
        (body, status, type, encoding, retryAfter, utf8) => new RandomAnswer(body, status, type, encoding, retryAfter, utf8));

    private static readonly Gen<DeviceProfile> Profiles = Gen.Select(
        Gen.OneOf("5.10.0", "6.24.9", "7.20.0", "7.27.8", "7.45.10", "8.0.0", "8.41.12", "8.49.0", "8.51.22", "8.51.23", "9.0.0", "10.0.0"),
        Gen.Enum<DevicePlatform>(),
        Gen.Bool,
        (plugin, platform, keyed) => DeviceProfile.For(new Uri("http://x.test"), "com.example.app") with
        {
            PluginVersion = Version.Parse(plugin),
            Platform = platform,
            PublicKey = keyed ? CryptoVectors.PublicKey : null,
        });

    [Fact]
    public async Task Device_survives_every_answer_to_every_call()
    {
        var calls = Gen.OneOf<Func<PluginDevice, CancellationToken, Task>>(
            async (device, ct) =>
            {
                await device.ForegroundAsync(ct);
                await device.BackgroundAsync(ct);
                await device.LaunchAsync(ct);
                await device.ForegroundAsync(ct);
            },
            async (device, ct) => Assert.NotNull(await device.Channels.SetAsync("beta", ct)),
            async (device, ct) => Assert.NotNull(await device.Channels.GetAsync(ct)),
            async (device, ct) => Assert.NotNull(await device.Channels.UnsetAsync(ct)),
            async (device, ct) => Assert.NotNull(device.Profile.PluginVersion.Major is 8 ? await device.Channels.ListAsync(ct) : ""),
            async (device, ct) =>
            {
                if (await device.GetLatestAsync("beta", ct) is Offer { Manifest.Count: > 0 } offer && device.Profile.PluginVersion > new Version(8, 47))
                {
                    await device.GetBundleSizeAsync(offer, ct);
                }
            });

        await Gen.Select(Answers.Array[1, 4], Profiles, calls).SampleAsync(
            async (answers, profile, call) =>
            {
                using var http = new HttpClient(new AnswerStub(answers));
                var failure = await Record.ExceptionAsync(() => call(new PluginDevice(profile, http), TestContext.Current.CancellationToken));
                return failure is null or HarmfulAnswerException;
            },
            iter: 10_000);
    }

    private static Gen<string> ObjectOf(Gen<string> inner) =>
        Gen.Select(Gen.OneOf(Names), inner, (name, value) => $"\"{name}\":{value}").Array[0, 6].Select(fields => $"{{{string.Join(',', fields)}}}");

    private static Gen<string> ArrayOf(Gen<string> inner) => inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]");

    /// <summary>Puts something else in the place of one value.</summary>
    private static string Replace(string example, string leaf, int index)
    {
        var colons = example.Index().Where(c => c.Item == ':' && example[c.Index - 1] == '"').Select(c => c.Index).ToList();
        var start = colons[index % colons.Count] + 1;
        var end = example[start] == '"' ? example.IndexOf('"', start + 1) + 1 : example.IndexOfAny([',', '}', ']'], start);
        return $"{example[..start]}{leaf}{example[end..]}";
    }

    private sealed record RandomAnswer(string Body, int Status, string ContentType, string? Encoding, string? RetryAfter, bool Utf8);

    private sealed class AnswerStub(RandomAnswer[] answers) : HttpMessageHandler
    {
        private int _calls = -1;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = answers[Interlocked.Increment(ref _calls) % answers.Length];
            var encoding = answer.Utf8 ? System.Text.Encoding.UTF8 : System.Text.Encoding.Latin1;
            var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new ByteArrayContent(encoding.GetBytes(answer.Body)), RequestMessage = request };
            Add(response.Content.Headers, "Content-Type", answer.ContentType);
            Add(response.Content.Headers, "Content-Encoding", answer.Encoding);
            Add(response.Headers, "Retry-After", answer.RetryAfter);
            return Task.FromResult(response);
        }

        private static void Add(HttpHeaders headers, string name, string? value)
        {
            if (value is not null)
            {
                headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
