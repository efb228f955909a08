using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Serverless.Signing;

namespace Serverless.Hosts.Standalone;

/// <summary>What a developer needs to know once the server listens: how to push, what to paste into the app, where data is.</summary>
internal static class WelcomeText
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(string address, IConfiguration configuration, ICustodian custodian)
    {
        var keys = await custodian.GetActiveKeysAsync(CancellationToken.None);
        var storage = LocalConfiguration.UsesLocalStorage(configuration) || configuration[Storage.StorageOptions.Section]!.Contains("127.0.0.1", StringComparison.Ordinal)
            ? "local emulator"
            : "storage account";
        await Console.Out.WriteLineAsync($"""

            Listening on {address}

            Push a first bundle (a folder with index.html, or its zip):

              dotnet run --project functions -- push ./dist --app com.example.app --channel production --version 1.0.0

            Paste into the app's capacitor.config, below "plugins":

            {Indent(Plugin(address, keys[0].PublicKey.Pem))}

            Without "publicKey" devices get the plain zip and verify its SHA-256.
            Data, and the development key that signs, are in {configuration[LocalConfiguration.DataFolder]} ({storage}). Ctrl+C stops.

            """);
    }

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
