using System.Text.Json;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.EndToEnd;

public sealed class VerifyCommandTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private const string App = "com.example.verified";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-verify-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Published_app_holds_and_a_changed_zip_is_named_online_and_offline()
    {
        await using var deployment = await Deployment.StartAsync(new KeyValuePair<string, string?>("AzureWebJobsStorage", azurite.ConnectionString));
        var zip = Path.Combine(_folder.FullName, "bundle.zip");
        await File.WriteAllBytesAsync(zip, WebBundle.Small("1.0.0").Zip(), Cancellation);
        await deployment.PushAsync(zip, App, "1.0.0");
        var key = Path.Combine(_folder.FullName, "key.pem");
        await File.WriteAllTextAsync(key, await deployment.ReadPublicKeyAsync(App), Cancellation);
        var export = Path.Combine(_folder.FullName, "export");

        var honest = await RunAsync("verify", "--keys", key);
        var exported = await RunAsync("verify", "export", export);
        var offline = await RunAsync("verify", "--offline", export, "--keys", key, "--app", App);
        var blob = Assert.Single(Directory.GetFiles(Path.Combine(export, "blobs", Containers.Bundles, App, "1.0.0"), "*.zip"));
        await using (var file = File.OpenWrite(blob))
        {
            file.WriteByte(0);
        }

        var tampered = await RunAsync("verify", "--offline", export, "--keys", key, "--json");

        Assert.True(honest.ExitCode == 0, honest.Output);
        Assert.Contains("Holds", honest.StandardOutput, StringComparison.Ordinal);
        Assert.True(exported.ExitCode == 0, exported.Output);
        Assert.True(offline.ExitCode == 0, offline.Output);
        Assert.Equal(2, tampered.ExitCode);
        using var json = JsonDocument.Parse(tampered.StandardOutput);
        Assert.False(json.RootElement.GetProperty("holds").GetBoolean());
        Assert.Contains(Path.GetFileName(blob), json.RootElement.GetProperty("mismatch").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_is_no_export_is_named()
    {
        var verify = await RunAsync("verify", "--offline", _folder.FullName);

        Assert.Equal((1, $"There is no export in '{_folder.FullName}': make one with 'verify export'."), (verify.ExitCode, verify.Output));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.RunAsync(
        arguments, new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.ConnectionString }, cancellationToken: Cancellation);
}
