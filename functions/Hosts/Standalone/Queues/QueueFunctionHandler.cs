using Azure.Storage.Queues.Models;
using Serverless.Hosts.Standalone.Discovery;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>Runs a queue function on the text of a message.</summary>
internal sealed class QueueFunctionHandler(QueueFunction function, object instance) : IMessageHandler
{
    public Task HandleAsync(QueueMessage message, CancellationToken cancellation) =>
        function.Invoke(instance, message.Body.ToString(), cancellation);

    public Task OnPoisonedAsync(QueueMessage message, CancellationToken cancellation) => Task.CompletedTask;
}
