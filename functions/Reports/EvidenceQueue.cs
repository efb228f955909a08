using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Storage.Queues;
using Serverless.Errors;
using Serverless.Observability;
using Serverless.Storage;

namespace Serverless.Reports;

/// <summary>Puts evidence and errors into queues, as many in a message as fit. A message is filled by one report, and goes on with its trace.</summary>
internal sealed class EvidenceQueue(QueueServiceClient queues)
{
    private static readonly byte[] Opening = Encoding.UTF8.GetBytes($$"""{"{{nameof(EventBatch.Events)}}":[""");
    private static readonly byte[] UntracedClosing = "]}"u8.ToArray();

    /// <summary>Durable when it returns.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer; some of the events may have been sent.</exception>
    public Task SendAsync(string queue, IReadOnlyCollection<DeviceEvidence> events, CancellationToken cancellation) =>
        SendAsync(queue, events, WireJson.Default.DeviceEvidence, cancellation);

    /// <inheritdoc cref="SendAsync(string, IReadOnlyCollection{DeviceEvidence}, CancellationToken)"/>
    public Task SendAsync(IReadOnlyCollection<ErrorReport> errors, CancellationToken cancellation) =>
        SendAsync(Queues.DeviceErrors, errors, WireJson.Default.ErrorReport, cancellation);

    private async Task SendAsync<T>(string queue, IReadOnlyCollection<T> items, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var client = queues.GetQueueClient(queue);
        var message = new ArrayBufferWriter<byte>();
        var closing = Closing();
        foreach (var item in items)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(item, type);
            if (message.WrittenCount > 0 && message.WrittenCount + 1 + json.Length + closing.Length > Queues.MaxMessageBytes)
            {
                await SendAsync(client, message, closing, cancellation);
            }

            message.Write(message.WrittenCount == 0 ? Opening : ","u8);
            message.Write(json);
        }

        if (message.WrittenCount > 0)
        {
            await SendAsync(client, message, closing, cancellation);
        }
    }

    private static byte[] Closing() => Traces.Context is { } context ? Encoding.UTF8.GetBytes($$"""],"{{Traces.ContextKey}}":"{{context}}"}""") : UntracedClosing;

    private static async Task SendAsync(QueueClient client, ArrayBufferWriter<byte> message, byte[] closing, CancellationToken cancellation)
    {
        message.Write(closing);
        await client.SendMessageAsync(Encoding.UTF8.GetString(message.WrittenSpan), cancellation);
        message.ResetWrittenCount();
    }
}
