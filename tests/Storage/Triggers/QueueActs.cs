using Azure.Storage.Queues.Models;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>What tests do with queues past the host.</summary>
internal static class QueueActs
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>To a queue that is made when it is missing.</summary>
    public static async Task SendAsync(this AzuriteFixture azurite, string name, string text)
    {
        var queue = azurite.Queue(name);
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync(text, Cancellation);
    }

    /// <summary>Whether it holds no message, hidden ones included.</summary>
    public static async Task<bool> IsEmptyAsync(this AzuriteFixture azurite, string name)
    {
        QueueProperties properties = await azurite.Queue(name).GetPropertiesAsync(Cancellation);
        return properties.ApproximateMessagesCount == 0;
    }

    /// <returns>Null when no message is visible, or no queue there.</returns>
    public static async Task<string?> PeekAsync(this AzuriteFixture azurite, string name)
    {
        var queue = azurite.Queue(name);
        if (!await queue.ExistsAsync(Cancellation))
        {
            return null;
        }

        PeekedMessage? message = await queue.PeekMessageAsync(Cancellation);
        return message?.Body.ToString();
    }
}
