using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>Counts what a host asks of the queue service, and lets a test step in between.</summary>
internal sealed class QueueRequests : HttpPipelinePolicy
{
    private int _updates;
    private int _refused;

    /// <summary>Message updates: renewals, and returns of messages.</summary>
    public int Updates => _updates;

    public int Refused => _refused;

    /// <summary>Requests whose path contains this fail; null for none.</summary>
    public string? BrokenPath { get; set; }

    /// <summary>Awaited between the answer that brings messages and the listener that gets them.</summary>
    public Func<Task>? AfterReceive { get; init; }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var (method, path) = (message.Request.Method, message.Request.Uri.Path);
        if (BrokenPath is { } broken && path.Contains(broken, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _refused);
            throw new RequestFailedException("The test has cut the way to the queue service.");
        }

        await ProcessNextAsync(message, pipeline);
        if (method == RequestMethod.Put && path.Contains("/messages/", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _updates);
        }
        else if (method == RequestMethod.Get && path.EndsWith("/messages", StringComparison.Ordinal) && AfterReceive is { } step)
        {
            await step();
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Hosts ask asynchronously.");
}
