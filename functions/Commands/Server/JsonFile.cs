using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Hosts.Standalone;

namespace Serverless.Commands.Server;

/// <summary>Orders that are too long for a command line.</summary>
internal static class JsonFile
{
    private const string StandardInput = "-";

    /// <exception cref="StartupException">It cannot be read, or holds no object.</exception>
    public static async Task<JsonObject> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            var text = file == StandardInput ? await Console.In.ReadToEndAsync(cancellation) : await File.ReadAllTextAsync(file, cancellation);
            return JsonNode.Parse(text) as JsonObject ?? throw new StartupException($"'{file}' holds no JSON object.");
        }
        catch (JsonException e)
        {
            throw new StartupException($"'{file}' is not JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"'{file}' cannot be read: {e.Message}", e);
        }
    }
}
