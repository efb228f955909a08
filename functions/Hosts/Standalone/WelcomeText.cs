using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Serverless.Keys;
using Serverless.Signing;

namespace Serverless.Hosts.Standalone;

/// <summary>What a developer needs to know once the server listens: how to push, what to paste into the app, where data is.</summary>
internal static class WelcomeText
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="address">Where it listens.</param>
    /// <param name="isLocal">Whether the data is in the emulator.</param>
    /// <param name="configuration">Says where data and keys are.</param>
    /// <param name="keys">Of which one goes into the app.</param>
    /// <param name="token">The first one; null when the server had one.</param>
    public static async Task WriteAsync(string address, bool isLocal, IConfiguration configuration, KeyRing keys, string? token)
    {
        var held = await keys.ListHeldAsync(app: null, CancellationToken.None);
        var key = held.FirstOrDefault(key => key.IsRecommended) ?? held[0];
        await Console.Out.WriteLineAsync($"""

            Listening on {address}

            Push a first bundle (a folder with index.html, or its zip):

              dotnet run --project functions -- push ./dist --app com.example.app --channel production --version 1.0.0

            {Token(token)}Paste into the app's capacitor.config, below "plugins":

            {Indent(Plugin(address, key.PublicKey.Pem))}

            Without "publicKey" devices get the plain zip and verify its SHA-256.
            {(isLocal ? $"Data is in {configuration[LocalConfiguration.DataFolder]}, in the local emulator." : "Data is in the storage account of AzureWebJobsStorage.")}
            {Signer(configuration)} Ctrl+C stops.

            """);
    }

    private static string Token(string? token) => token is null ? "" : $"""
        Manage it with its first token, which may do everything and is shown this once:

          export SERVERLESS_TOKEN={token}


        """;

    private static string Signer(IConfiguration configuration) => configuration["Signing:Custodian"] is { Length: > 0 } custodian and not CustodianName.Local
        ? $"The custodian that signs is {custodian}."
        : $"The development key that signs is in {configuration["Signing:KeyFolder"]}.";

    private static string Plugin(string address, string publicKey)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteStartObject("CapacitorUpdater");
            json.WriteString("updateUrl", $"{address}/api/updates");
            json.WriteString("statsUrl", $"{address}/api/stats");
            json.WriteString("channelUrl", $"{address}/api/channel_self");
            json.WriteString("publicKey", publicKey);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => "  " + line));
}
