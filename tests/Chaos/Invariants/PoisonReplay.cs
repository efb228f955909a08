using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Serverless.Tests.Support;

namespace Serverless.Chaos.Invariants;

/// <summary>
/// Does about poison what the handbook tells people to do: puts messages back and drops uploads again, when the faults are over. A message is explained by them
/// when it is then done; one that comes back in the calm has a cause of its own.
/// </summary>
internal sealed partial class PoisonReplay(string storage, StoredState state, Uploads uploads, Violations violations)
{
    private const string Suffix = "-poison";
    private const string OfUploads = "webjobs-blobtrigger";

    /// <summary>Messages put back, by queue.</summary>
    public Tally Replayed { get; } = new();

    /// <returns>Whether there was any.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var any = false;
        foreach (var poison in await ListAsync())
        {
            QueueMessage[] messages;
            var queue = new QueueClient(storage, poison);
            while ((messages = await queue.ReceiveMessagesAsync(32, cancellationToken: cancellation)) is [_, ..])
            {
                foreach (var message in messages)
                {
                    any = true;
                    Replayed.Add(poison);
                    await ReplayAsync(poison[..^Suffix.Length], message.Body, cancellation);
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellation);
                }
            }
        }

        return any;
    }

    public async Task RequireNoneAsync()
    {
        foreach (var poison in await ListAsync())
        {
            violations.Add($"{poison} holds what could not be done although nothing disturbed it");
        }
    }

    private async Task<string[]> ListAsync() =>
        [.. (await state.CountMessagesAsync()).Where(queue => queue.Value > 0 && queue.Key.EndsWith(Suffix, StringComparison.Ordinal)).Select(queue => queue.Key)];

    private async Task ReplayAsync(string queue, BinaryData body, CancellationToken cancellation)
    {
        if (queue != OfUploads)
        {
            await new QueueClient(storage, queue).SendMessageAsync(body, cancellationToken: cancellation);
        }
        else if (Version().Match(body.ToString()) is { Success: true } upload)
        {
            await uploads.DropAgainAsync(upload.Groups["version"].Value, cancellation);
        }
    }

    [GeneratedRegex(@"(?<version>\d+\.\d+\.\d+)\.zip")]
    private static partial Regex Version();
}
