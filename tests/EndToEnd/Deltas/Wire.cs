using System.Net;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>One device's way to the server: measures what passes, and cuts off files when told to.</summary>
internal sealed class Wire(HttpMessageHandler network) : DelegatingHandler(network)
{
    private readonly Lock _lock = new();
    private Traffic _traffic;

    /// <summary>Every file of a list is answered 503; a zip is not.</summary>
    public bool LosesFiles { get; set; }

    /// <summary>What has passed since this was asked the last time.</summary>
    public Traffic Take()
    {
        lock (_lock)
        {
            var passed = _traffic;
            _traffic = default;
            return passed;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isFile = FileEdge.IsFile(request);
        if (isFile && LosesFiles)
        {
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
        }

        var answer = await base.SendAsync(request, cancellationToken);
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var bytes = answer.Content.Headers.ContentLength!.Value;
        lock (_lock)
        {
            _traffic = isFile ? _traffic with { Files = _traffic.Files + 1, FileBytes = _traffic.FileBytes + bytes }
                : request.Method == HttpMethod.Get ? _traffic with { Zips = _traffic.Zips + 1, ZipBytes = _traffic.ZipBytes + bytes }
                : IsCheck(request) ? _traffic with { AnswerBytes = _traffic.AnswerBytes + bytes }
                : _traffic;
        }

        return answer;
    }

    private static bool IsCheck(HttpRequestMessage request) => request.RequestUri!.AbsolutePath is "/api/updates";
}
