using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Serverless.Access.Tokens;
using Serverless.Keys;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Hosts.Standalone;

/// <summary>
/// What a developer needs to know once the server listens: how to push, what to paste into the app, where data is. An HSM or a vault is asked before, so that
/// one that cannot be used stops the start, and one that is gone a moment later stops nothing, as little as storage does that is.
/// </summary>
internal sealed class WelcomeText(KeyRing keys, TokenAdministration tokens, IConfiguration configuration) : IHostedService
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private HeldKey? _key;
    private Task<string?> _token = Task.FromResult<string?>(null);

    private bool UsesLocalKey => configuration["Signing:Custodian"] is null or "" or CustodianName.Local;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Of a server whose storage is new: without it nobody may manage anything. Devices need not wait for it.
        _token = tokens.IssueFirstAsync(cancellationToken);
        _key = UsesLocalKey ? null : await FindKeyAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="address">Where the server listens.</param>
    /// <param name="isLocal">Whether the data is in the emulator.</param>
    /// <param name="stopping">The server ends, and nobody needs to know any more.</param>
    public async Task WriteAsync(string address, bool isLocal, CancellationToken stopping)
    {
        try
        {
            var (token, key) = await AskAsync(stopping);
            await WriteAsync(address, isLocal, token, key);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>What is to be shown, as soon as storage answers: the server listens by now, and devices are not to lose it to an outage.</summary>
    private async Task<(string? Token, HeldKey Key)> AskAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return (await _token, _key ?? await FindKeyAsync(stopping));
            }
            catch (Exception e) when (StorageFault.IsUnavailable(e))
            {
                await Task.Delay(AskAgain, stopping);
                _token = _token.IsFaulted ? tokens.IssueFirstAsync(stopping) : _token;
            }
        }
    }

    private async Task WriteAsync(string address, bool isLocal, string? token, HeldKey key)
    {
        await Console.Out.WriteLineAsync($"""

            Listening on {address}

            Push a first bundle (a folder with index.html, or its zip):

              dotnet run --project functions -- push ./dist --app com.example.app --channel production --version 1.0.0

            {Token(token)}Paste into the app's capacitor.config, below "plugins":

            {Indent(Plugin(address, key.PublicKey.Pem))}

            Without "publicKey" devices get the plain zip and verify its SHA-256.
            {(isLocal ? $"Data is in {configuration[LocalConfiguration.DataFolder]}, in the local emulator." : "Data is in the storage account of AzureWebJobsStorage.")}
            {Signer()} Ctrl+C stops.

            """);
    }

    private static string Token(string? token) => token is null ? "" : $"""
        Manage it with its first token, which may do everything and is shown this once:

          export SERVERLESS_TOKEN={token}


        """;

    private string Signer() => UsesLocalKey
        ? $"The development key that signs is in {configuration["Signing:KeyFolder"]}."
        : $"The custodian that signs is {configuration["Signing:Custodian"]}.";

    private async Task<HeldKey> FindKeyAsync(CancellationToken cancellation)
    {
        var held = await keys.ListHeldAsync(app: null, cancellation);
        return held.FirstOrDefault(key => key.IsRecommended) ?? held[0];
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
