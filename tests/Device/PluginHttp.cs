using System.IO.Compression;
using System.Net.Http.Headers;
using Serverless.Device.Answers;

namespace Serverless.Device;

/// <summary>Sends requests that look like the plugin's, and keeps what an answer was before any library was kind to it.</summary>
internal sealed class PluginHttp(HttpClient http, DeviceProfile profile, PluginGeneration generation)
{
    private readonly string? _userAgent = generation.UsesCrc32
        ? null
        : Printable($"CapacitorUpdater/{profile.PluginVersion.ToString(3)} ({profile.AppId}) {(profile.Platform is DevicePlatform.Ios ? "ios" : "android")}/{profile.VersionOs}");

    /// <exception cref="HttpRequestException">No connection.</exception>
    /// <exception cref="TimeoutException">No answer within the profile's response timeout.</exception>
    /// <exception cref="HarmfulAnswerException">The server redirected a POST.</exception>
    public async Task<HttpAnswer> PostAsync(Uri url, byte[] json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(json) };
        Dress(request, request.Content.Headers);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(profile.ResponseTimeout);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            if (request.Method != HttpMethod.Post || request.RequestUri != url)
            {
                throw new HarmfulAnswerException($"{url} redirects: the redirected POST becomes a GET.");
            }
            var headers = response.Content.Headers;
            var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? string.Join(',', values) : null;
            return new HttpAnswer((int)response.StatusCode, headers.ContentType?.MediaType, await ReadAsync(response.Content, timeout.Token), retryAfter);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{url} did not answer within {profile.ResponseTimeout}.");
        }
    }

    /// <summary>Asks for a zip from an offset on; the caller judges status and headers.</summary>
    public Task<HttpResponseMessage> GetZipAsync(Uri url, long from, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        // Android's zip download goes through HttpURLConnection, which knows nothing of the plugin.
        request.Headers.TryAddWithoutValidation("User-Agent", profile.Platform is DevicePlatform.Android
            ? $"Dalvik/2.1.0 (Linux; U; Android {profile.VersionOs})"
            : _userAgent);
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private void Dress(HttpRequestMessage request, HttpContentHeaders content)
    {
        var ios = profile.Platform is DevicePlatform.Ios;
        content.ContentType = new MediaTypeHeaderValue("application/json", ios ? null : "utf-8");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", ios ? "gzip, deflate, br" : "gzip");
        if (ios)
        {
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
        }
        if (_userAgent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var raw = await content.ReadAsStreamAsync(cancellationToken);
        await using var plain = content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "gzip" => new GZipStream(raw, CompressionMode.Decompress),
            "deflate" => new ZLibStream(raw, CompressionMode.Decompress),
            "br" => new BrotliStream(raw, CompressionMode.Decompress),
            _ => raw,
        };
        using var body = new MemoryStream();
        await plain.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    private static string Printable(string text) =>
        string.Concat(text.Where(c => c is >= (char)0x20 and <= (char)0x7E or >= (char)0xA0 and <= (char)0xFF)) is { Length: > 0 } kept ? kept : "unknown";
}
