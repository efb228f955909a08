using System.Diagnostics;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Processes;

namespace Serverless.Bench.Measures;

/// <summary>
/// A code-push-server, started from a built checkout on the stage's Azurite, that has one release to offer. It finds the emulator only at the emulator's own
/// ports. <c>REDIS_HOST</c> and <c>REDIS_PORT</c>, where they are set, reach it: it answers from its cache then, which is the best it can.
/// </summary>
internal sealed class CodePushServer : IAsyncDisposable
{
    private const string Table = "storagev2";
    private const string Histories = "packagehistoryv1";
    private const string Deployment = "bench-deployment";
    private const string Key = "bench-deployment-key";
    private const string AppVersion = "1.0.0";
    private const string PackageHash = "5f0c1e5b7d7f2f4f7c8a7b1f7f0d3a9e5b6c7d8e9f00112233445566778899aa";

    private static readonly HttpClient Http = new();

    private readonly ChildProcess _process;

    private CodePushServer(ChildProcess process, Uri address)
    {
        _process = process;
        Check = new Uri(address, $"v0.1/public/codepush/update_check?deployment_key={Key}&app_version={AppVersion}&package_hash={PackageHash}&client_unique_id=bench");
    }

    /// <summary>An update check, by GET, of a device that is up to date.</summary>
    public Uri Check { get; }

    /// <param name="checkout">Its folder, in which <c>api</c> has been built.</param>
    /// <param name="storage">An emulator at its own ports.</param>
    public static async Task<CodePushServer> StartAsync(string checkout, string storage)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        var start = new ProcessStartInfo("node", ["bin/script/server.js"]) { WorkingDirectory = Path.Combine(checkout, "api") };
        (start.Environment["EMULATED"], start.Environment["PORT"], start.Environment["SERVER_URL"]) = ("true", $"{address.Port}", address.AbsoluteUri);
        var server = new CodePushServer(ChildProcess.Start(start), address);
        try
        {
            await server.ReleaseAsync(storage);
            await Eventually.True(server.IsUpToDateAsync, "It should say that the device is up to date.");
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"The code-push-server does not answer. It wrote:\n{server._process.Output}", e);
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Writes what its command line would make of an app, a deployment and a release. Its tables are its own to make: it does not start on any that exist.</summary>
    private async Task ReleaseAsync(string storage)
    {
        var history = new BlobContainerClient(storage, Histories);
        await Eventually.True(async () => await history.GetBlobClient("health").ExistsAsync(), "It should have made its tables.");
        var package = new JsonObject
        {
            ["appVersion"] = AppVersion,
            ["blobUrl"] = "http://127.0.0.1/bundle.zip",
            ["description"] = "",
            ["isDisabled"] = false,
            ["isMandatory"] = false,
            ["label"] = "v1",
            ["packageHash"] = PackageHash,
            ["size"] = 1000,
        };
        await history.GetBlobClient(Deployment).UploadAsync(new BinaryData($"[{package.ToJsonString()}]"), overwrite: true);
        await new TableClient(storage, Table).UpsertEntityAsync(new TableEntity($"deploymentKey {Key}", "") { ["appId"] = "bench", ["deploymentId"] = Deployment });
    }

    private async Task<bool> IsUpToDateAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(Check);
            var update = JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["update_info"];
            return answer.IsSuccessStatusCode && update is JsonObject && !update["is_available"]!.GetValue<bool>() && !update["should_run_binary_version"]!.GetValue<bool>();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
