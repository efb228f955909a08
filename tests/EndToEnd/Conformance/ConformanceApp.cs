using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs.Models;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>A pair's own app: its set-up, its devices' bodies and its devices' calls.</summary>
internal sealed class ConformanceApp(ConformanceServer server, string name)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public string Id { get; } = $"com.example.{name}";

    private AppId App => StoredState.Id(Id);

    /// <summary>Drops a bundle and waits until the channel leads to it.</summary>
    public async Task<ConformanceApp> PublishAsync(string version, string channel = "production", string? minNative = null)
    {
        var metadata = minNative is null ? null : new Dictionary<string, string> { ["min_native"] = minNative };
        await server.Container(Containers.Uploads).GetBlobClient($"{Id}/{channel}/{version}.zip")
            .UploadAsync(new BinaryData(Zip(version)), new BlobUploadOptions { Metadata = metadata }, Cancellation);
        await Eventually.True(
            async () => (await server.Catalog.FindChannelAsync(App, Name(channel), Cancellation))?.LeadsTo(BundleVersion.Parse(version)) is true,
            $"{channel} of {Id} should have come to {version}.");
        return this;
    }

    public Task ConfigureAsync(Func<ChannelPolicy, ChannelPolicy> change) => ChangeChannelAsync(before => before with { Policy = change(before.Policy) });

    public Task ChangeChannelAsync(Func<Channel, Channel> change, string channel = "production") => server.Catalog.ChangeAsync(
        App,
        async (_, token) => new CatalogChange
        {
            Channels = [change((await server.Catalog.FindChannelAsync(App, Name(channel), token))!)],
            Ledger = [new LedgerEntry(LedgerKind.ChannelMoved, "conformance", channel, "set up for a pair")],
        },
        Cancellation);

    public Task ChangeReleaseAsync(string version, Func<Release, Release> change) => server.Catalog.ChangeAsync(
        App,
        async (_, token) => new CatalogChange
        {
            Releases = [change((await server.Catalog.FindReleaseAsync(App, BundleVersion.Parse(version), token))!)],
            Ledger = [new LedgerEntry(LedgerKind.ReleasePublished, "conformance", version, "set up for a pair")],
        },
        Cancellation);

    /// <summary>The body an Android device on builtin sends, with other fields as a pair gives them.</summary>
    public JsonObject Android(string fields = "{}") => With(
        new JsonObject
        {
            ["platform"] = "android",
            ["device_id"] = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20",
            ["app_id"] = Id,
            ["custom_id"] = "",
            ["version_build"] = "1.4.0",
            ["version_code"] = "42",
            ["version_os"] = "14",
            ["version_name"] = "1.4.0",
            ["plugin_version"] = "8.51.23",
            ["is_emulator"] = false,
            ["is_prod"] = true,
            ["install_source"] = "google_play",
            ["defaultChannel"] = "",
        },
        fields);

    /// <summary>The body an iOS device sends, with other fields as a pair gives them.</summary>
    public JsonObject Ios(string fields = "{}")
    {
        var body = Android("""{"platform":"ios","version_os":"17.5.1"}""");
        body.Remove("install_source");
        return With(body, fields);
    }

    public Task<WireAnswer> CheckAsync(JsonObject body) => server.SendAsync(HttpMethod.Post, "api/updates", body);

    public Task<WireAnswer> ReportAsync(JsonNode events) => server.SendAsync(HttpMethod.Post, "api/stats", events);

    public Task<WireAnswer> ChannelSelfAsync(HttpMethod method, JsonObject? body, string query = "") =>
        server.SendAsync(method, $"api/channel_self{query}", body);

    /// <summary>The offer of the plain release, whose list of files may be whatever pair 4 makes of it.</summary>
    public static string Offer(string version) => Offer(version, Convert.ToHexStringLower(SHA256.HashData(Zip(version))), ",\"manifest\":\"<files>\"");

    /// <summary>The same without its files.</summary>
    public static string ZipOffer(string version) => Offer(version, Convert.ToHexStringLower(SHA256.HashData(Zip(version))));

    /// <summary>The offer to plugins that know the zip's CRC-32 only.</summary>
    public static string LegacyOffer(string version)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Zip(version));
        }

        // A gzip file ends with the CRC-32 of its content and the content's length.
        return Offer(version, $"{BinaryPrimitives.ReadUInt32LittleEndian(packed.ToArray().AsSpan()[^8..]):x8}");
    }

    public static byte[] Zip(string version) => WebBundle.Small(version).Zip();

    private static string Offer(string version, string checksum, string files = "") =>
        $$"""{"version":"{{version}}","url":"<url>","session_key":"","checksum":"{{checksum}}"{{files}}}""";

    private static ChannelName Name(string channel) =>
        ChannelName.TryParse(channel, out var parsed) ? parsed : throw new ArgumentException($"'{channel}' is not a channel name.", nameof(channel));

    private static JsonObject With(JsonObject body, string fields)
    {
        foreach (var (field, value) in JsonNode.Parse(fields)!.AsObject())
        {
            body[field] = value?.DeepClone();
        }

        return body;
    }
}
