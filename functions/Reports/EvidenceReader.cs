using System.Text.Json;

namespace Serverless.Reports;

/// <summary>Reads a message of device events.</summary>
internal static class EvidenceReader
{
    /// <returns>Null when the message is not one of ours: it can never be handled, so it is dropped rather than retried.</returns>
    public static EventBatch? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, WireJson.Default.EventBatch) is { Events: not null } batch ? batch : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
