using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Serverless.Device;
using Serverless.Storage;
using Serverless.Tests.EndToEnd.Stories;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.EndToEnd;

public sealed partial class StartTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private static readonly string[] EmulatorPorts = ["BlobPort", "QueuePort", "TablePort"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-start-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_with_its_own_emulator_finds_everything_again_after_it_was_killed_and_after_it_was_stopped()
    {
        const string app = "com.example.start";
        await using var deployment = await Deployment.StartAsync(OwnEmulator());
        var push = await deployment.PushAsync(WriteZip("1.0.0"), app, "1.0.0");
        Assert.True(push.ExitCode == 0, push.Output);
        var key = await deployment.ReadPublicKeyAsync(app);

        await deployment.KillAsync();
        await deployment.StartAgainAsync();
        await RequireInstallableAsync(deployment, app, "1.0.0", key);

        Assert.Equal(0, await deployment.Server.TerminateAsync(Cancellation));
        await deployment.StartAgainAsync();
        await RequireInstallableAsync(deployment, app, "1.0.0", key);

        push = await deployment.PushAsync(WriteZip("1.1.0"), app, "1.1.0");
        Assert.True(push.ExitCode == 0, push.Output);
        Assert.Contains("release 2", push.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_that_is_gone_once_the_server_listens_ends_nothing_and_the_greeting_comes_later()
    {
        // Every table call of a start is tried five times, and the greeting is made of two.
        const int moreThanOneAttempt = 20;
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        using var outage = proxy.Fail(request => request.Container == Tables.Catalog, 503, int.MaxValue);
        await using var deployment = await Deployment.StartAsync(KeyValuePair.Create<string, string?>("AzureWebJobsStorage", proxy.ConnectionString));

        await Eventually.True(() => outage.Hits > moreThanOneAttempt || deployment.Server.HasExited, "The server should have asked storage again and again.");
        outage.Dispose();

        await Eventually.True(
            () => deployment.Server.HasExited || deployment.Output.Any(line => line.StartsWith("Listening on", StringComparison.Ordinal)), "The server should have greeted.");
        Assert.False(deployment.Server.HasExited, string.Join('\n', deployment.Output));
    }

    [Fact]
    public async Task Secrets_are_readable_by_their_owner_alone_and_never_in_the_log()
    {
        const string app = "com.example.secrets";
        await using var deployment = await Deployment.StartAsync(AzuriteStorage(), new("Rollbacks__MinFailedDevices", "1"), new("Rollbacks__Alpha", "0.3"));
        var storage = new StoredState(azurite.ConnectionString);
        await storage.UploadAsync(app, "1.0.0", WebBundle.Small("1.0.0").Zip());
        await storage.WaitUntilIdleAsync();
        var profile = deployment.DeviceOf(app);
        var device = new StoryDevice(profile, deployment.Http, failsOn: "1.0.0");
        await device.UpdateAsync();
        await storage.WaitUntilIdleAsync();
        await storage.UploadAsync(app, "0.1.0", [1, 2, 3]);
        await storage.WaitUntilIdleAsync();
        await deployment.KillAsync();
        await deployment.StartAgainAsync();
        Assert.Equal(0, await deployment.Server.TerminateAsync(Cancellation));

        var log = string.Join('\n', deployment.Output);
        Assert.Contains("Release 1.0.0 of com.example.secrets is decided against (Opened)", log, StringComparison.Ordinal);
        Assert.Contains("Rejected com.example.secrets/production/0.1.0.zip", log, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", log, StringComparison.Ordinal);
        Assert.DoesNotContain(profile.DeviceId, log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(AccountKey().Match(azurite.ConnectionString).Groups[1].Value, log, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", log, StringComparison.Ordinal);
        var secrets = new DirectoryInfo(Path.Combine(deployment.DataFolder, "keys")).GetFiles();
        Assert.Equal(["pepper", "signing-key.pem"], secrets.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(secrets, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
    }

    [Fact]
    public async Task Port_in_use_is_named_in_one_sentence()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)occupant.LocalEndpoint).Port}";

        var start = await StartAsync(["--urls", address], AzuriteStorage());

        Assert.Equal(1, start.ExitCode);
        Assert.Contains(address, Assert.Single(SentencesOf(start)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_address_without_a_certificate_is_named_in_one_sentence()
    {
        var start = await StartAsync(["--urls", "https://127.0.0.1:0"], AzuriteStorage());

        Assert.Equal((1, "Tls:CertificateFile must name the certificate of the https address."), (start.ExitCode, Assert.Single(SentencesOf(start))));
    }

    [Theory]
    [InlineData("Rollbacks__Margin", "7", "Rollbacks:Margin must be between 0 and 0.5.")]
    [InlineData("Rollbacks__Margin", "many", "Rollbacks:Margin is not a Double.")]
    [InlineData("Rollbacks__Action", "none", "Rollbacks:Action must be pause or rollback.")]
    [InlineData("Snapshots__MaxAge", "x", "Snapshots:MaxAge is not a TimeSpan.")]
    [InlineData("Snapshots__MaxAge", "00:10:00", "Snapshots:MaxAge must be between 00:00:00.1000000 and 00:00:05.")]
    [InlineData("Downloads__BaseUrl", "x", "Downloads:BaseUrl must be an absolute http or https address")]
    [InlineData("AzureWebJobsStorage", "nonsense", "AzureWebJobsStorage is not a storage connection string.")]
    [InlineData("Signing__Pepper", "nonsense", "Signing:Pepper must be at least 32 random bytes in base64.")]
    [InlineData("Signing__KeyFolder", "/dev/null/keys", "The file '/dev/null/keys/pepper' (Signing:KeyFolder) can be neither read nor made: ")]
    [InlineData("AzureFunctionsJobHost__extensions__queues__batchSize", "1000", "extensions:queues:BatchSize must be between 1 and 32.")]
    public async Task Broken_setting_is_named_in_one_sentence(string setting, string value, string sentence)
    {
        var start = await StartAsync(["--urls", "http://127.0.0.1:0"], AzuriteStorage(), new(setting, value));

        Assert.Equal(1, start.ExitCode);
        Assert.StartsWith(sentence, Assert.Single(SentencesOf(start)), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task RequireInstallableAsync(Deployment deployment, string app, string version, string key)
    {
        Assert.Equal(key, await deployment.ReadPublicKeyAsync(app));
        var device = new StoryDevice(deployment.DeviceOf(app) with { PublicKey = key }, deployment.Http);

        Assert.Equal(LaunchOutcome.Ready, await device.UpdateAsync());
        Assert.Equal(version, device.Running);
    }

    /// <summary>What a person at the console reads; a server that starts all the same is ended with the test.</summary>
    private async Task<CommandRun> StartAsync(IReadOnlyList<string> arguments, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var environment = new Dictionary<string, string?> { ["DataFolder"] = _folder.FullName };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        return await CommandRun.RunAsync(arguments, environment, cancellationToken: deadline.Token);
    }

    private static string[] SentencesOf(CommandRun start) => [.. start.Output.Split('\n').Where(line => line.Length > 0)];

    private KeyValuePair<string, string?> AzuriteStorage() => new("AzureWebJobsStorage", azurite.ConnectionString);

    private static IEnumerable<KeyValuePair<string, string?>> OwnEmulator() => EmulatorPorts
        .Select(port => KeyValuePair.Create<string, string?>($"LocalStorage__{port}", FreePort.Next().ToString(CultureInfo.InvariantCulture)));

    private string WriteZip(string version)
    {
        var path = Path.Combine(_folder.FullName, $"{version}.zip");
        File.WriteAllBytes(path, WebBundle.Small(version).Zip());
        return path;
    }

    [GeneratedRegex("AccountKey=([^;]+)")]
    private static partial Regex AccountKey();
}
