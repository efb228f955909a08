using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>
/// Keeps a received message hidden from other listeners, and knows the pop receipt that settles it. A lease that ends without
/// <see cref="DeleteAsync"/> or <see cref="ReturnAsync"/> lapses, and the message comes back by itself.
/// </summary>
internal sealed partial class MessageLease : IAsyncDisposable
{
    private readonly QueueClient _queue;
    private readonly QueueMessage _message;
    private readonly TimeSpan _duration;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _settling;
    private readonly Task _renewal;
    private string _popReceipt;

    /// <param name="queue">Where the message came from.</param>
    /// <param name="message">Just received with a visibility timeout of <paramref name="duration"/>.</param>
    /// <param name="duration">At least a second; renewed three times in its length, so that one failed renewal loses nothing.</param>
    /// <param name="logger">The listener's.</param>
    /// <param name="aborted">Ends the renewal.</param>
    public MessageLease(QueueClient queue, QueueMessage message, TimeSpan duration, ILogger logger, CancellationToken aborted)
    {
        _queue = queue;
        _message = message;
        _duration = duration;
        _logger = logger;
        _popReceipt = message.PopReceipt;
        _settling = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        _renewal = RenewAsync(_settling.Token);
    }

    public async Task DeleteAsync()
    {
        await EndRenewalAsync();
        await _queue.DeleteMessageAsync(_message.MessageId, _popReceipt, CancellationToken.None);
    }

    /// <param name="delay">When the message may be received again; zero for at once.</param>
    public async Task ReturnAsync(TimeSpan delay)
    {
        await EndRenewalAsync();
        await _queue.UpdateMessageAsync(_message.MessageId, _popReceipt, visibilityTimeout: delay, cancellationToken: CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await EndRenewalAsync();
        _settling.Dispose();
    }

    private async Task EndRenewalAsync()
    {
        await _settling.CancelAsync();
        await _renewal;
    }

    private async Task RenewAsync(CancellationToken settling)
    {
        using var timer = new PeriodicTimer(_duration / 3);
        try
        {
            while (await timer.WaitForNextTickAsync(settling))
            {
                await RenewOnceAsync();
            }
        }
        catch (OperationCanceledException) when (settling.IsCancellationRequested)
        {
        }
        catch (RequestFailedException error) when (error.Status is 400 or 404)
        {
            LogLost(_message.MessageId);
        }
    }

    /// <remarks>Never cancelled half-way: the answer carries the only pop receipt that is still good.</remarks>
    private async Task RenewOnceAsync()
    {
        try
        {
            UpdateReceipt renewed = await _queue.UpdateMessageAsync(
                _message.MessageId,
                _popReceipt,
                visibilityTimeout: _duration,
                cancellationToken: CancellationToken.None);
            _popReceipt = renewed.PopReceipt;
        }
        catch (Exception error) when (error is not RequestFailedException { Status: 400 or 404 })
        {
            LogNotRenewed(error, _message.MessageId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The message {Message} was lost to another listener while it was handled; it may be handled twice")]
    private partial void LogLost(string message);

    [LoggerMessage(LogLevel.Warning, "The message {Message} could not be kept hidden this time; it is tried again")]
    private partial void LogNotRenewed(Exception error, string message);
}
