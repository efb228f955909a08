using System.Net;

namespace Serverless.Device.Bundles;

/// <summary>Fetches a zip, whole or with one interruption, into a spool.</summary>
internal sealed class BundleDownload(PluginHttp http, DownloadInterruption? interruption)
{
    private const int BufferSize = 64 * 1024;

    /// <param name="url">Where the zip lies.</param>
    /// <param name="meter">Counts the bytes.</param>
    /// <param name="progress">Called with 0…100 as bytes arrive, where the server says the length.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="BundleFailedException">The server did not hand the zip out.</exception>
    /// <exception cref="HarmfulAnswerException">The server handed it out in a way that breaks devices.</exception>
    public async Task<Stream> FetchAsync(Uri url, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken)
    {
        Stream? spool = null;
        try
        {
            if (!await http.GetZipAsync(url, from: 0, StartAsync, cancellationToken)
                && !await http.GetZipAsync(url, spool!.Length, ResumeAsync, cancellationToken))
            {
                throw new BundleFailedException("download_fail", "The download ended before its end.");
            }
            return spool!;
        }
        catch (Exception e)
        {
            if (spool is not null)
            {
                await spool.DisposeAsync();
            }
            if (e is HttpRequestException or IOException or TimeoutException)
            {
                throw new BundleFailedException("download_fail", $"No whole answer from {url.Host}.", e);
            }
            throw;
        }

        Task<bool> StartAsync(HttpResponseMessage answer, CancellationToken token)
        {
            Require(answer, HttpStatusCode.OK);
            spool = Spool.Create(answer.Content.Headers.ContentLength);
            return CopyAsync(answer, spool, interruption?.AfterBytes ?? long.MaxValue, meter, progress, token);
        }

        Task<bool> ResumeAsync(HttpResponseMessage answer, CancellationToken token)
        {
            Require(answer, HttpStatusCode.PartialContent);
            answer.RequireRange(spool!.Length);
            return CopyAsync(answer, spool, long.MaxValue, meter, progress, token);
        }
    }

    /// <returns>False when <paramref name="limit"/> was reached before the end.</returns>
    private static async Task<bool> CopyAsync(
        HttpResponseMessage answer, Stream spool, long limit, DownloadMeter meter, Action<int> progress, CancellationToken cancellationToken)
    {
        var total = answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength;
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[BufferSize];
        while (spool.Length < limit)
        {
            var want = (int)Math.Min(buffer.Length, limit - spool.Length);
            var read = await content.ReadAsync(buffer.AsMemory(0, want), cancellationToken);
            if (read == 0)
            {
                return true;
            }
            meter.Add(read);
            await spool.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (total > 0)
            {
                progress((int)(spool.Length * 100 / total.Value));
            }
        }
        return spool.Length == total;
    }

    private static void Require(HttpResponseMessage answer, HttpStatusCode expected)
    {
        answer.RefuseContentEncoding();
        if (answer.IsSuccessStatusCode && answer.StatusCode != expected)
        {
            throw new HarmfulAnswerException($"The download answered {(int)answer.StatusCode} where {(int)expected} was due.");
        }
        if (answer.StatusCode != expected)
        {
            throw new BundleFailedException("download_fail", $"The download answered {(int)answer.StatusCode}.");
        }
    }
}
