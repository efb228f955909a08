using Azure.Storage.Queues.Models;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>What a queue listener does with a message.</summary>
internal interface IMessageHandler
{
    /// <summary>Returning deletes the message; throwing has it tried again.</summary>
    Task HandleAsync(QueueMessage message, CancellationToken cancellation);

    /// <summary>The message is in the poison queue and about to be deleted. May be called again for the same message.</summary>
    Task OnPoisonedAsync(QueueMessage message, CancellationToken cancellation);
}
