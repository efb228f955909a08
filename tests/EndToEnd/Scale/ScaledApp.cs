using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Serverless.Signing.Local;
using Serverless.Storage;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.EndToEnd.Management;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.EndToEnd.Scale;

/// <summary>An app of some size, and what its devices and its people ask of the server.</summary>
internal sealed class ScaledApp(ConformanceServer server, string name)
{
    /// <summary>The release that production leads to.</summary>
    public const string Current = "1.0.0";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConformanceApp _app = new(server, name);

    /// <summary>What can be measured of it: the same calls for apps of any size, in the same order.</summary>
    public IReadOnlyList<ScaleCall> Calls =>
    [
        new("check", Prepare: NewDevice, Send: async device => Assert.Equal("up_to_date", await KindAsync(With(device, $$"""{"version_name":"{{Current}}"}"""))), MaxOperations: 0),
        new("check on a channel of 1,000", Prepare: NewDevice, Send: async device => Assert.Equal("up_to_date", await KindAsync(Customer(device, running: "0.1.0"))), MaxOperations: 0),
        new("first check after a change of a channel", Prepare: ChangedAsync, Send: async device => Assert.Equal("up_to_date", await KindAsync(With(device, $$"""{"version_name":"{{Current}}"}""")))) { Grows = true },
        new("offer", Prepare: NewDevice, Send: OfferAsync, MaxOperations: 1),
        new("offer on a channel of 1,000", Prepare: NewDevice, Send: async device => Assert.Equal("0.1.0", (await CheckAsync(Customer(device, running: "builtin"))).Text("version")), MaxOperations: 1),
        new("failure report, until it is counted and judged", Prepare: OfferedAsync, Send: ReportAsync),
        .. PageReads.Of(_app.Id, Current).Select(path => new ScaleCall(Shown(path), () => Task.FromResult(new JsonObject()), _ => PageReads.ReadAsync(server, path))),
    ];

    /// <summary>Publishes its release and generates the rest.</summary>
    /// <returns>Where more can be added.</returns>
    public async Task<GeneratedStore> FillAsync(int releases, int channels, int ledgerRows)
    {
        await _app.PublishAsync(Current);
        using var rsa = RSA.Create();
        rsa.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(server.Deployment.DataFolder, "keys", "signing-key.pem"), TestContext.Current.CancellationToken));
        var store = new GeneratedStore(server.StorageConnection, StoredState.Id(_app.Id), new LocalSigningKey(rsa));

        // First, so that the rows that a verification follows are alike whatever comes behind them.
        await store.AddLedgerAsync(ledgerRows);
        await store.AddReleasesAsync(first: 1, releases, signed: channels);
        await store.AddChannelsAsync(first: 1, channels);
        await store.AddErrorsAsync(Current);
        await store.AddStatisticsAsync(hours: 48, versions: 32);

        // Whoever asks first has a server read and prove what all channels lead to, and is told to come again where that takes too long.
        await Eventually.True(
            async () => await KindAsync(Customer(await NewDevice(), running: "0.1.0")) == "up_to_date", "The server should have read the app.", Patience);
        return store;
    }

    private static JsonObject With(JsonObject device, string fields)
    {
        foreach (var (field, value) in JsonNode.Parse(fields)!.AsObject())
        {
            device[field] = value?.DeepClone();
        }

        return device;
    }

    private static JsonObject Customer(JsonObject device, string running) =>
        With(device, $$"""{"version_build":"0.1.0-rc.1","version_name":"{{running}}","defaultChannel":"{{GeneratedStore.ChannelOf(1)}}"}""");

    private Task<JsonObject> NewDevice() => Task.FromResult(
        _app.Android($$"""{"device_id":"{{Guid.NewGuid()}}","version_build":"{{GeneratedStore.NativeBuild}}","version_name":"builtin"}"""));

    // By the server itself, whose next check then waits until it has read what it answers from.
    private async Task<JsonObject> ChangedAsync()
    {
        var path = $"{_app.Id}/channels/{GeneratedStore.ChannelOf(2)}";
        var dev = (await server.ManageAsync(HttpMethod.Get, path)).Body["policy"]!["dev"]!.GetValue<bool>();
        var changed = await server.ManageAsync(HttpMethod.Put, path, dev ? """{"dev":false}""" : """{"dev":true}""", ifMatch: "*");
        Assert.True(changed.Status is HttpStatusCode.OK, changed.Body.ToJsonString());
        return await NewDevice();
    }

    private async Task<JsonObject> OfferedAsync()
    {
        var device = await NewDevice();
        await OfferAsync(device);
        return device;
    }

    private async Task OfferAsync(JsonObject device) => Assert.Equal(Current, (await CheckAsync(device)).Text("version"));

    private async Task<WireAnswer> CheckAsync(JsonObject device)
    {
        var answer = await _app.CheckAsync(device);
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        return answer;
    }

    private async Task<string> KindAsync(JsonObject device) => (await CheckAsync(device)).Body["kind"]?.GetValue<string>() ?? "an offer";

    /// <summary>Until the report is counted, the release judged by it, and its message gone.</summary>
    private async Task ReportAsync(JsonObject device)
    {
        var answer = await _app.ReportAsync(new JsonArray(With(device, $$"""{"action":"update_fail","version_name":"{{Current}}"}""").DeepClone()));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        await Eventually.True(
            () => server.Proxy.Requests.Any(request => request is { Service: StorageService.Queue, Method: "DELETE", Container: Queues.FailureReports }),
            "The report should have been done with.");
    }

    private string Shown(string path) => string.Create(CultureInfo.InvariantCulture, $"`{{app}}{path.Split('?')[0][_app.Id.Length..]}`");
}
