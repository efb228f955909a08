using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;
using Serverless.Hosts.Standalone.Listeners;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>
/// Receives a queue's messages and has them handled, each at least once and several at a time. A handler that fails too often sends its
/// message to the poison queue; whatever else goes wrong, the message comes back.
/// </summary>
internal sealed partial class QueueListener(
    string function,
    QueueClient queue,
    PoisonQueue poison,
    IMessageHandler handler,
    QueueListenerSettings settings,
    QueueArrivals arrivals,
    ILogger<QueueListener> logger) : IListener
{
    /// <summary>
    /// A receive that is under way when the host stops may bring messages; cancelled at once, it would leave them hidden for a whole lease.
    /// </summary>
    private static readonly TimeSpan ReceiveGrace = TimeSpan.FromSeconds(2);

    private readonly Outage _outage = new(function, logger);
    private readonly Backoff _backoff = new(settings.MaxPollingInterval);

    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        await using var _ = stopping.Register(() => receiving.CancelAfter(ReceiveGrace));
        var running = new List<Task>();
        try
        {
            await CreateQueueAsync(stopping);
            LogListening(function, queue.Name);
            while (true)
            {
                await FreeCapacityAsync(running, stopping);
                var messages = await ReceiveAsync(settings.Capacity - running.Count, receiving.Token);
                if (stopping.IsCancellationRequested)
                {
                    await Task.WhenAll(messages.Select(GiveBackAsync));
                    break;
                }

                // On the pool, so that a function that computes before it first waits holds up neither its batch nor the listener.
                running.AddRange(messages.Select(message => Task.Run(() => HandleAsync(message, aborted), CancellationToken.None)));
                await WaitAsync(messages.Length, stopping);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Whatever the last look at the queue ran into no longer matters.
        }

        LogDraining(function, running.Count(handling => !handling.IsCompleted));
        await Task.WhenAll(running);
    }

    private async Task CreateQueueAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await queue.CreateIfNotExistsAsync(cancellationToken: stopping);
                _outage.Succeeded();
                _backoff.Reset();
                return;
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                _outage.Failed(error);
                await Task.Delay(_backoff.Next(), stopping);
            }
        }
    }

    private async Task FreeCapacityAsync(List<Task> running, CancellationToken stopping)
    {
        running.RemoveAll(handling => handling.IsCompleted);
        while (running.Count > settings.RefillAt)
        {
            await Task.WhenAny(running).WaitAsync(stopping);
            running.RemoveAll(handling => handling.IsCompleted);
        }
    }

    private async Task<QueueMessage[]> ReceiveAsync(int capacity, CancellationToken receiving)
    {
        try
        {
            QueueMessage[] messages = await queue.ReceiveMessagesAsync(Math.Min(settings.BatchSize, capacity), settings.Lease, receiving);
            _outage.Succeeded();
            return messages;
        }
        catch (RequestFailedException error) when (error.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            await CreateQueueAsync(receiving);
            return [];
        }
        catch (Exception error) when (!receiving.IsCancellationRequested)
        {
            _outage.Failed(error);
            return [];
        }
    }

    private Task WaitAsync(int received, CancellationToken stopping)
    {
        if (received > 0)
        {
            _backoff.Reset();
            return Task.CompletedTask;
        }

        return arrivals.WaitAsync(queue.Name, _backoff.Next(), stopping);
    }

    private async Task GiveBackAsync(QueueMessage message)
    {
        try
        {
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero);
        }
        catch (Exception error)
        {
            LogNotSettled(error, function, message.MessageId);
        }
    }

    /// <remarks>Never throws: a message that is not settled comes back when its lease lapses.</remarks>
    private async Task HandleAsync(QueueMessage message, CancellationToken aborted)
    {
        await using var lease = new MessageLease(queue, message, settings.Lease, logger, aborted);
        try
        {
            await SettleAsync(message, lease, aborted);
        }
        catch (Exception error)
        {
            LogNotSettled(error, function, message.MessageId);
        }
    }

    private async Task SettleAsync(QueueMessage message, MessageLease lease, CancellationToken aborted)
    {
        // Received more often than it may fail: the last attempts ended in crashes.
        if (message.DequeueCount > settings.MaxAttempts)
        {
            await PoisonAsync(message, lease, "its attempts ended in crashes.");
            return;
        }

        try
        {
            await handler.HandleAsync(message, aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            await lease.ReturnAsync(TimeSpan.Zero);
            return;
        }
        catch (Exception error)
        {
            LogFailed(error, function, message.MessageId, message.DequeueCount, settings.MaxAttempts);
            if (message.DequeueCount == settings.MaxAttempts)
            {
                await PoisonAsync(message, lease, error.Message);
            }
            else
            {
                await lease.ReturnAsync(settings.RetryDelay);
            }

            return;
        }

        await lease.DeleteAsync();
    }

    private async Task PoisonAsync(QueueMessage message, MessageLease lease, string cause)
    {
        await poison.AddAsync(message.Body, CancellationToken.None);
        await handler.OnPoisonedAsync(message, CancellationToken.None);
        await lease.DeleteAsync();
        LogPoisoned(function, message.MessageId, poison.Name, cause);
    }

    [LoggerMessage(LogLevel.Information, "{Function} listens to the queue {Queue}")]
    private partial void LogListening(string function, string queue);

    [LoggerMessage(LogLevel.Information, "{Function} takes no more messages; {Running} are still being handled")]
    private partial void LogDraining(string function, int running);

    [LoggerMessage(LogLevel.Error, "{Function} failed on the message {Message}, attempt {Attempt} of {MaxAttempts}")]
    private partial void LogFailed(Exception error, string function, string message, long attempt, int maxAttempts);

    [LoggerMessage(LogLevel.Error, "{Function} gave up on the message {Message}, which is now in the queue {PoisonQueue}: {Cause}")]
    private partial void LogPoisoned(string function, string message, string poisonQueue, string cause);

    [LoggerMessage(LogLevel.Warning, "The message {Message} of {Function} could not be settled; it comes back by itself")]
    private partial void LogNotSettled(Exception error, string function, string message);
}
