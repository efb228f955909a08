using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>Counts what a host asks of the queue service, and lets a test break the way there.</summary>
internal sealed class QueueRequests : HttpPipelineSynchronousPolicy
{
    private int _updates;
    private int _refused;

    /// <summary>Message updates: renewals, and returns of failed messages.</summary>
    public int Updates => _updates;

    public int Refused => _refused;

    public bool Broken { get; set; }

    public override void OnSendingRequest(HttpMessage message)
    {
        if (Broken)
        {
            Interlocked.Increment(ref _refused);
            throw new RequestFailedException("The test has cut the way to the queue service.");
        }

        if (message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.Contains("/messages/", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _updates);
        }
    }
}
