using System.Net;
using Serverless.Device.Bundles;

namespace Serverless.Device.Manifests;

/// <summary>Fetches one file of a delta update, and goes on with what an earlier attempt has left.</summary>
internal sealed class FileDownload(PluginHttp http, DevicePlatform platform, DownloadInterruption? interruption)
{
    private const int BufferSize = 16 * 1024;

    /// <exception cref="BundleFailedException">The file did not come; <paramref name="partial"/> keeps what did.</exception>
    /// <exception cref="HarmfulAnswerException">It came in a way that breaks devices.</exception>
    public async Task FetchAsync(Uri url, PartialFile partial, DownloadMeter meter, CancellationToken cancellationToken)
    {
        try
        {
            if (!await FetchAsync(url, partial, interruption?.AfterBytes ?? long.MaxValue, meter, cancellationToken))
            {
                await FetchAsync(url, partial, long.MaxValue, meter, cancellationToken);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw new BundleFailedException("download_manifest_file_fail", $"No whole answer from {url.Host}.", e);
        }
    }

    /// <returns>False when <paramref name="limit"/> was reached before the end.</returns>
    private Task<bool> FetchAsync(Uri url, PartialFile partial, long limit, DownloadMeter meter, CancellationToken cancellationToken)
    {
        var from = partial.Length;
        return http.GetFileAsync(url, from, ReadAsync, cancellationToken);

        async Task<bool> ReadAsync(HttpResponseMessage answer, CancellationToken token)
        {
            if (answer.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable && from > 0)
            {
                return true;
            }
            RequireBytes(answer, from);
            if (answer.StatusCode is not HttpStatusCode.PartialContent)
            {
                partial.Restart();
            }
            return await CopyAsync(answer, partial, limit, meter, token);
        }
    }

    private void RequireBytes(HttpResponseMessage answer, long from)
    {
        var taken = platform is DevicePlatform.Ios
            ? answer.IsSuccessStatusCode
            : answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent;
        if (!taken)
        {
            throw new BundleFailedException("download_manifest_file_fail", $"The download answered {(int)answer.StatusCode}.");
        }
        answer.RefuseContentEncoding();
        answer.RequireRange(from);
    }

    private static async Task<bool> CopyAsync(
        HttpResponseMessage answer, PartialFile partial, long limit, DownloadMeter meter, CancellationToken cancellationToken)
    {
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[BufferSize];
        while (partial.Length < limit)
        {
            var want = (int)Math.Min(buffer.Length, limit - partial.Length);
            var read = await content.ReadAsync(buffer.AsMemory(0, want), cancellationToken);
            if (read == 0)
            {
                return true;
            }
            meter.Add(read);
            partial.Append(buffer.AsSpan(0, read));
        }
        return false;
    }
}
