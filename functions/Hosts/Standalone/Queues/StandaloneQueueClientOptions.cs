using Azure.Core;
using Azure.Storage.Queues;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>How the application's <see cref="QueueServiceClient"/> must be made for the listeners to keep their promises.</summary>
internal static class StandaloneQueueClientOptions
{
    public static QueueClientOptions Create(QueueMessageEncoding encoding, QueueArrivals arrivals)
    {
        var options = new QueueClientOptions { MessageEncoding = encoding };
        options.AddPolicy(arrivals, HttpPipelinePosition.PerCall);

        // Without this one undecodable message would fail the whole batch it is received in, for ever.
        options.MessageDecodingFailed += async failed =>
        {
            if (failed.ReceivedMessage is { } message)
            {
                await PoisonQueue.For(failed.Queue).AddAsync(message.Body, failed.CancellationToken);
                await failed.Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, failed.CancellationToken);
            }
        };
        return options;
    }
}
