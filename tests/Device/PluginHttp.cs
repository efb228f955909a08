using System.IO.Compression;
using System.Net.Http.Headers;
using Serverless.Device.Answers;

namespace Serverless.Device;

/// <summary>Sends requests that look like the plugin's, and keeps what an answer was before any library was kind to it.</summary>
internal sealed class PluginHttp(HttpClient http, DeviceProfile profile, PluginGeneration generation, TimeProvider clock)
{
    private static readonly TimeSpan ZipTimeout = TimeSpan.FromSeconds(60);

    /// <summary>An exchange without a limit of its own is given up as stuck.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(10);

    private readonly string? _userAgent = generation.UsesCrc32
        ? null
        : Printable($"CapacitorUpdater/{profile.PluginVersion.ToString(3)} ({profile.AppId}) {(profile.Platform is DevicePlatform.Ios ? "ios" : "android")}/{profile.VersionOs}");

    private bool IsIos => profile.Platform is DevicePlatform.Ios;

    /// <summary>Calls an endpoint that speaks JSON.</summary>
    /// <param name="method">What is done there.</param>
    /// <param name="url">The endpoint.</param>
    /// <param name="json">The body, or null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HttpRequestException">No connection.</exception>
    /// <exception cref="TimeoutException">No answer within the profile's response timeout.</exception>
    /// <exception cref="HarmfulAnswerException">The server redirected the call, or damaged its answer.</exception>
    public async Task<HttpAnswer> SendAsync(HttpMethod method, Uri url, byte[]? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url) { Content = json is null ? null : new ByteArrayContent(json) };
        Dress(request);
        return await ExchangeAsync(request, profile.ResponseTimeout, ReadAsync, cancellationToken);

        async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken token)
        {
            if (request.Method != method || request.RequestUri != url)
            {
                throw new HarmfulAnswerException($"{url} redirects: a redirected POST becomes a GET.");
            }
            var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? string.Join(',', values) : null;
            var body = await PluginHttp.ReadAsync(response.Content, token);
            return new HttpAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body, retryAfter);
        }
    }

    /// <summary>Fetches a zip from an offset on; <paramref name="read"/> judges status and headers, and takes the bytes.</summary>
    public Task<T> GetZipAsync<T>(
        Uri url, long from, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        // Android's zip download goes through HttpURLConnection, which knows nothing of the plugin.
        var userAgent = IsIos ? _userAgent : $"Dalvik/2.1.0 (Linux; U; Android {profile.VersionOs})";
        var timeout = IsIos || profile.ResponseTimeout > ZipTimeout ? profile.ResponseTimeout : ZipTimeout;
        return GetAsync(url, from, userAgent, acceptEncoding: null, timeout, read, cancellationToken);
    }

    /// <summary>Fetches one file of a delta update from an offset on.</summary>
    public Task<T> GetFileAsync<T>(
        Uri url, long from, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        // OkHttp decodes gzip by itself unless it is asked for a part.
        var acceptEncoding = IsIos ? "gzip, deflate, br" : from > 0 ? null : "gzip";
        return GetAsync(url, from, _userAgent, acceptEncoding, profile.ResponseTimeout, read, cancellationToken);
    }

    private async Task<T> GetAsync<T>(
        Uri url,
        long from,
        string? userAgent,
        string? acceptEncoding,
        TimeSpan timeout,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (acceptEncoding is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        }
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }
        return await ExchangeAsync(request, timeout, read, cancellationToken);
    }

    /// <summary>
    /// Both platforms give up on a server that stays silent for <paramref name="timeout"/>; newer plugins on iOS also on one that
    /// is not done a few seconds later, for whatever size.
    /// </summary>
    private async Task<T> ExchangeAsync<T>(
        HttpRequestMessage request, TimeSpan timeout, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            limit.CancelAfter((IsIos && generation.LimitsExchanges ? profile.ExchangeLimit : StuckAfter) - clock.GetElapsedTime(start));
            return await read(response, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{request.RequestUri} took too long.");
        }
    }

    private void Dress(HttpRequestMessage request)
    {
        if (request.Content is { } content)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json", IsIos ? null : "utf-8");
        }
        request.Headers.TryAddWithoutValidation("Accept-Encoding", IsIos ? "gzip, deflate, br" : "gzip");
        if (IsIos)
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
        try
        {
            await using var raw = await content.ReadAsStreamAsync(cancellationToken);
            await using var plain = string.Join(',', content.Headers.ContentEncoding) switch
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
        // Brotli streams call damaged data an invalid operation.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new HarmfulAnswerException($"The answer does not decompress: {e.Message}");
        }
        catch (IOException e)
        {
            throw new HttpRequestException("The connection broke within the answer.", e);
        }
    }

    private static string Printable(string text) =>
        string.Concat(text.Where(c => c is >= (char)0x20 and <= (char)0x7E or >= (char)0xA0 and <= (char)0xFF)) is { Length: > 0 } kept ? kept : "unknown";
}
