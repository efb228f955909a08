using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Commands.Server;
using Serverless.Hosts.Standalone;
using Serverless.Management;

namespace Serverless.Commands;

/// <summary>A server, for whoever has a token of it and no access to its storage account.</summary>
internal sealed class ServerPushTarget(HttpClient http, Uri server, ServerToken token, TimeProvider time) : IPushTarget
{
    private const int Attempts = 3;

    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // Its own limit of time is for whoever waits.
    private static readonly TimeSpan VerdictTimeout = TimeSpan.FromSeconds(30);

    public TimeSpan PollInterval => TimeSpan.FromSeconds(1);

    public Task<(Rejection? Rejection, ImmutableArray<ContentFinding> Warnings)> ReviewAsync(
        UploadName name, ContentFacts facts, UploadMetadata metadata, CancellationToken cancellation) =>
        Task.FromResult<(Rejection?, ImmutableArray<ContentFinding>)>((null, []));

    public async Task<UploadReceipt> UploadAsync(PushRequest request, UploadName name, TempZip zip, IProgress<long> progress, CancellationToken cancellation)
    {
        var query = string.Join('&', request.Metadata.Select(entry => $"{entry.Key}={Uri.EscapeDataString(entry.Value)}"));
        for (var attempt = 1; ; attempt++)
        {
            // Sent again whole: an upload of the same name and content is the same upload.
            var (status, body) = await SendAsync(
                () => new HttpRequestMessage(HttpMethod.Put, AddressOf(name, query)) { Content = new ZipContent(zip, progress) }, UploadTimeout, cancellation);
            if (status is HttpStatusCode.Accepted && JsonSerializer.Deserialize(body, ManagementJson.Default.UploadAnswer) is { } answer && UploadReceipt.TryParse(answer.Upload, out var receipt))
            {
                return receipt;
            }

            if (attempt == Attempts || !IsPassing(status))
            {
                throw Refused(status, body);
            }

            await Task.Delay(Pause * attempt, time, cancellation);
        }
    }

    /// <summary>A server that does not answer for a moment has not decided yet.</summary>
    public async Task<UploadVerdict> FindVerdictAsync(UploadName name, UploadReceipt receipt, CancellationToken cancellation)
    {
        var (status, body) = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, AddressOf(name, $"upload={receipt}")), VerdictTimeout, cancellation);
        return status is HttpStatusCode.OK ? JsonSerializer.Deserialize(body, ManagementJson.Default.UploadVerdict)!
            : IsPassing(status) ? UploadVerdict.Waiting
            : throw Refused(status, body);
    }

    private async Task<(HttpStatusCode? Status, string Body)> SendAsync(Func<HttpRequestMessage> make, TimeSpan timeout, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        try
        {
            using var request = make();
            request.Headers.Authorization = await token.GetAsync(deadline.Token);
            using var response = await http.SendAsync(request, deadline.Token);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(deadline.Token));
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, "");
        }
    }

    private static bool IsPassing(HttpStatusCode? status) => status is null or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private StartupException Refused(HttpStatusCode? status, string body) => new(status switch
    {
        null => $"The server {server} does not answer.",
        HttpStatusCode.RequestEntityTooLarge when Detail(body) is null =>
            "The zip is larger than what may be sent to this server: push it to its storage account instead.",
        _ => $"The server answers {(int)status}{(Detail(body) is { } detail ? $": {detail}" : ".")}",
    });

    private static string? Detail(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ManagementJson.Default.Problem)?.Detail;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Uri AddressOf(UploadName name, string query) => new(server, $"api/manage/apps/{name.App}/uploads/{name.Channel}/{Uri.EscapeDataString(name.Version.Value)}?{query}");

    private sealed class ZipContent : HttpContent
    {
        private const int BufferSize = 128 * 1024;

        private readonly TempZip _zip;
        private readonly IProgress<long> _progress;

        public ZipContent(TempZip zip, IProgress<long> progress)
        {
            (_zip, _progress) = (zip, progress);
            Headers.ContentType = new(UploadName.ContentType);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var (zip, buffer, sent) = (_zip.Rewind(), new byte[BufferSize], 0L);
            for (int read; (read = await zip.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                _progress.Report(sent += read);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _zip.Digests.Size;
            return true;
        }
    }
}
