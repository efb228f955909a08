using System.Net;
using System.Text;
using System.Xml.Linq;
using Azure.Core.Pipeline;
using Azure.Storage.Queues;

namespace Serverless.Tests.Support;

/// <summary>A queue service that takes every message and remembers it by queue, except where it is told to refuse.</summary>
public sealed class QueueSpy : HttpMessageHandler
{
    private const string Taken = """
        <QueueMessagesList><QueueMessage><MessageId>1</MessageId><InsertionTime>Sun, 01 Mar 2026 12:00:00 GMT</InsertionTime>
        <ExpirationTime>Sun, 08 Mar 2026 12:00:00 GMT</ExpirationTime><PopReceipt>1</PopReceipt><TimeNextVisible>Sun, 01 Mar 2026 12:00:00 GMT</TimeNextVisible>
        </QueueMessage></QueueMessagesList>
        """;

    private readonly List<(string Queue, string Text)> _messages = [];

    public IReadOnlyList<(string Queue, string Text)> Messages => _messages;

    /// <summary>The queue that answers 503 at the moment.</summary>
    public string? Unavailable { get; set; }

    public QueueServiceClient Client() => new(
        "UseDevelopmentStorage=true",
        new QueueClientOptions { Transport = new HttpClientTransport(new HttpClient(this)), Retry = { MaxRetries = 0 } });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var queue = request.RequestUri!.Segments[2].TrimEnd('/');
        if (queue == Unavailable)
        {
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }

        var body = XDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
        _messages.Add((queue, body.Root!.Element("MessageText")!.Value));
        return new HttpResponseMessage(HttpStatusCode.Created) { Content = new StringContent(Taken, Encoding.UTF8, "application/xml") };
    }
}
