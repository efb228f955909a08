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
internal sealed class ServerPushTarget(ServerConnection connection, TimeProvider time) : IPushTarget
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
            var answer = await connection.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Put, PathOf(name, query)) { Content = new ZipContent(zip, progress) }, UploadTimeout, cancellation);
            if (answer is { Status: HttpStatusCode.Accepted, Body: { } body }
                && JsonSerializer.Deserialize(body, ManagementJson.Default.UploadAnswer) is { } accepted && UploadReceipt.TryParse(accepted.Upload, out var receipt))
            {
                return receipt;
            }

            if (attempt == Attempts || !IsPassing(answer))
            {
                throw Refused(answer);
            }

            await Task.Delay(Pause * attempt, time, cancellation);
        }
    }

    /// <summary>A server that does not answer for a moment has not decided yet.</summary>
    public async Task<UploadVerdict> FindVerdictAsync(UploadName name, UploadReceipt receipt, CancellationToken cancellation)
    {
        var answer = await connection.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, PathOf(name, $"upload={receipt}")), VerdictTimeout, cancellation);
        return answer is { Status: HttpStatusCode.OK, Body: { } body } ? JsonSerializer.Deserialize(body, ManagementJson.Default.UploadVerdict)!
            : IsPassing(answer) ? UploadVerdict.Waiting
            : throw Refused(answer);
    }

    // A pipeline can wait until more may be asked.
    private static bool IsPassing(ServerAnswer answer) => answer.IsPassing || answer.Status is HttpStatusCode.TooManyRequests;

    private StartupException Refused(ServerAnswer answer) => new(answer switch
    {
        { Status: null } => $"The server {connection.Server} does not answer.",
        { Status: HttpStatusCode.RequestEntityTooLarge, Problem: null } =>
            "The zip is larger than what may be sent to this server: push it to its storage account instead.",
        { Status: { } status } => $"The server answers {(int)status}{(answer.Problem is { } problem ? $": {problem.Detail}" : ".")}",
    });

    private static Uri PathOf(UploadName name, string query) =>
        new($"apps/{name.App}/uploads/{name.Channel}/{Uri.EscapeDataString(name.Version.Value)}?{query}", UriKind.Relative);

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
