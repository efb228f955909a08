using System.Net;

namespace Serverless.Device.Bundles;

/// <summary>Fetches a zip, whole or with one interruption, into a spool.</summary>
internal sealed class BundleDownload(PluginHttp http, DownloadInterruption? interruption)
{
    private const int BufferSize = 64 * 1024;

    /// <param name="url">Where the zip lies.</param>
    /// <param name="progress">Called with 0…100 as bytes arrive, where the server says the length.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="BundleFailedException">The server did not hand the zip out.</exception>
    /// <exception cref="HarmfulAnswerException">The server handed it out in a way that breaks devices.</exception>
    public async Task<Stream> FetchAsync(Uri url, Action<int> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchOnceAsync(url, progress, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new BundleFailedException("download_fail", $"No connection to {url.Host}.", e);
        }
    }

    private async Task<Stream> FetchOnceAsync(Uri url, Action<int> progress, CancellationToken cancellationToken)
    {
        using var answer = await http.GetZipAsync(url, from: 0, cancellationToken);
        Require(answer, HttpStatusCode.OK);
        var spool = Spool.Create(answer.Content.Headers.ContentLength);
        try
        {
            var limit = interruption?.AfterBytes ?? long.MaxValue;
            if (!await CopyAsync(answer, spool, limit, progress, cancellationToken))
            {
                answer.Dispose();
                await ResumeAsync(url, spool, progress, cancellationToken);
            }
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    private async Task ResumeAsync(Uri url, Stream spool, Action<int> progress, CancellationToken cancellationToken)
    {
        var from = spool.Length;
        using var rest = await http.GetZipAsync(url, from, cancellationToken);
        Require(rest, HttpStatusCode.PartialContent);
        RequireRange(rest, from);
        await CopyAsync(rest, spool, long.MaxValue, progress, cancellationToken);
    }

    /// <returns>False when <paramref name="limit"/> was reached before the end.</returns>
    private static async Task<bool> CopyAsync(
        HttpResponseMessage answer, Stream spool, long limit, Action<int> progress, CancellationToken cancellationToken)
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
        if (answer.Content.Headers.ContentEncoding.Count > 0)
        {
            throw new HarmfulAnswerException("A bundle came with Content-Encoding: iOS would decode it and then miss the checksum.");
        }
        if (answer.IsSuccessStatusCode && answer.StatusCode != expected)
        {
            throw new HarmfulAnswerException($"The download answered {(int)answer.StatusCode} where {(int)expected} was due.");
        }
        if (answer.StatusCode != expected)
        {
            throw new BundleFailedException("download_fail", $"The download answered {(int)answer.StatusCode}.");
        }
    }

    private static void RequireRange(HttpResponseMessage answer, long from)
    {
        if (answer.Content.Headers.ContentRange is not { From: { } first, To: { } last, Length: { } total }
            || first != from || last != total - 1)
        {
            throw new HarmfulAnswerException($"A resumed download needs 'Content-Range: bytes {from}-b/total', not '{answer.Content.Headers.ContentRange}'.");
        }
    }
}
