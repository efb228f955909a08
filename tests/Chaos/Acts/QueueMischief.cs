using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Serverless.Storage;

namespace Serverless.Chaos.Acts;

/// <summary>What queues may do and hardly ever do: hand a message out twice, early and late, and in another order.</summary>
internal sealed class QueueMischief(string storage)
{
    /// <summary>Of uploads.</summary>
    private const string Notices = "serverless-blobs-intake";

    private const int Remembered = 200;
    private const int AtOnce = 16;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(10);

    private readonly QueueClient[] _queues =
        [.. new[] { Queues.FailureReports, Queues.DeviceEvents, Queues.DeviceErrors, Queues.Recoveries, Notices }.Select(name => new QueueClient(storage, name))];

    private readonly List<(QueueClient Queue, BinaryData Body)> _seen = [];

    /// <summary>Puts a share of the messages that come by in twice, and some that were done long ago once more.</summary>
    /// <returns>How many copies were made.</returns>
    public async Task<int> DuplicateAsync(Act act, Random random, CancellationToken cancellation)
    {
        var copies = 0;
        foreach (var (queue, body) in Draw(random))
        {
            copies += await TryAsync(() => queue.SendMessageAsync(body, cancellationToken: cancellation));
        }

        return copies + await InterceptAsync(act, random, (queue, body) => queue.SendMessageAsync(body, visibilityTimeout: TimeSpan.FromSeconds(random.Next(4)), cancellationToken: cancellation), cancellation);
    }

    /// <summary>Puts a share of the messages that come by behind those that come later.</summary>
    /// <returns>How many were moved.</returns>
    public Task<int> ReorderAsync(Act act, Random random, CancellationToken cancellation) => InterceptAsync(act, random, later: null, cancellation);

    /// <summary>
    /// Replaces each message by a copy, before it is deleted: a message is never nowhere, and the attempts that are counted are those of servers. A share of
    /// them is copied once more by <paramref name="later"/>, or comes late.
    /// </summary>
    private async Task<int> InterceptAsync(Act act, Random random, Func<QueueClient, BinaryData, Task>? later, CancellationToken cancellation)
    {
        var done = 0;
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < act.Lasts)
        {
            foreach (var queue in _queues)
            {
                await TryAsync(async () =>
                {
                    QueueMessage[] messages = await queue.ReceiveMessagesAsync(AtOnce, Hidden, cancellation);
                    foreach (var message in messages)
                    {
                        Remember(queue, message.Body);
                        var isChosen = random.NextDouble() < act.Share;
                        var delay = TimeSpan.FromSeconds(isChosen && later is null ? random.Next(2, 9) : 0);
                        await queue.SendMessageAsync(message.Body, delay, cancellationToken: cancellation);
                        await (isChosen && later is not null ? later(queue, message.Body) : Task.CompletedTask);
                        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellation);
                        done += isChosen ? 1 : 0;
                    }
                });
            }

            await Task.Delay(Look, cancellation);
        }

        return done;
    }

    private void Remember(QueueClient queue, BinaryData body)
    {
        lock (_seen)
        {
            _seen.Add((queue, body));
            if (_seen.Count > Remembered)
            {
                _seen.RemoveAt(0);
            }
        }
    }

    private (QueueClient Queue, BinaryData Body)[] Draw(Random random)
    {
        lock (_seen)
        {
            return [.. Enumerable.Range(0, Math.Min(_seen.Count, 5)).Select(_ => _seen[random.Next(_seen.Count)])];
        }
    }

    /// <returns>1 when it was done; storage may be away.</returns>
    private static async Task<int> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return 1;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            return 0;
        }
    }
}
