using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Issuers;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.EndToEnd;

public sealed class PushCommandTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-push-");
    private readonly StoredState _storage = new(azurite.ConnectionString);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folder_is_zipped_and_pushed_and_pushing_it_again_succeeds_without_a_second_release()
    {
        await using var deployment = await StartAsync();
        var folder = WriteFolder(WebBundle.Small("1.0.0").With("img/logo.svg", "<svg/>"));

        var first = await deployment.PushAsync(folder, "com.example.folder", "1.0.0", "--notes", "First");
        var second = await deployment.PushAsync(folder, "com.example.folder", "1.0.0");

        Assert.True(first.ExitCode == 0, first.Output);
        Assert.Contains("5 files", first.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("Published com.example.folder 1.0.0 on production, release 1", first.StandardOutput, StringComparison.Ordinal);
        Assert.True(second.ExitCode == 0, second.Output);
        Assert.Contains("release 1", second.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], await _storage.ListReleasesAsync("com.example.folder"));
        Assert.Equal(5, (await _storage.ReadLedgerAsync("com.example.folder")).Count);
        Assert.Equal("First", (await _storage.FindReleaseAsync("com.example.folder", "1.0.0"))!.Notes.Notes);
    }

    [Fact]
    public async Task Zip_goes_to_the_channel_it_is_pushed_to()
    {
        await using var deployment = await StartAsync();

        var push = await deployment.PushAsync(WriteZip(WebBundle.Small("2.0.0").With("app.js.map", "{}")), "com.example.channel", "2.0.0", "--channel", "beta");

        Assert.True(push.ExitCode == 0, push.Output);
        Assert.Contains("on beta, release 1", push.StandardOutput, StringComparison.Ordinal);
        Assert.Matches(@"(?s)Warning \(source_map\): .*app\.js\.map.*Published .*warned +source_map", push.StandardOutput);
        Assert.Null(await _storage.FindProductionAsync("com.example.channel"));
    }

    [Fact]
    public async Task Version_conflict_which_only_the_server_knows_of_is_refused_with_its_sentence()
    {
        await using var deployment = await StartAsync();
        await deployment.PushAsync(WriteZip(WebBundle.Small("1.0.0")), "com.example.conflict", "1.0.0");

        var push = await deployment.PushAsync(WriteZip(WebBundle.Small("other")), "com.example.conflict", "1.0.0");

        Assert.Equal(2, push.ExitCode);
        Assert.Contains(
            "Rejected (version_conflict): Version 1.0.0 exists with other content; a version never changes, so use a new one.", push.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_that_would_be_refused_is_not_uploaded()
    {
        var bundle = WriteZip(WebBundle.Small("1.0.0").Without("index.html"));

        var push = await PushAsync(azurite.ConnectionString, bundle, "--app", "com.example.refused", "--version", "1.0.0");

        Assert.Equal(2, push.ExitCode);
        Assert.Contains("Rejected (no_index_html): ", push.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("com.example.refused/production/1.0.0.zip", await ListUploadsAsync());
    }

    [Theory]
    [InlineData("not an app", "1.0.0", "invalid_app_id")]
    [InlineData("com.example.app", "v1", "invalid_version")]
    [InlineData("com.example.app", "builtin", "reserved_version")]
    public async Task Name_that_would_be_refused_is_refused_at_once(string app, string version, string code)
    {
        var push = await PushAsync(azurite.ConnectionString, WriteZip(WebBundle.Small("1.0.0")), "--app", app, "--version", version);

        Assert.Equal(2, push.ExitCode);
        Assert.Contains($"Rejected ({code}): ", push.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_storage_one_sentence_says_so()
    {
        var port = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var nowhere = azurite.ConnectionString
            .Split(';').Select(part => part.Contains("Endpoint=", StringComparison.Ordinal) ? $"{part.Split('=')[0]}=http://127.0.0.1:{port}/devstoreaccount1" : part);

        var push = await PushAsync(string.Join(';', nowhere), WriteZip(WebBundle.Small("1.0.0")), "--app", "com.example.app", "--version", "1.0.0")
            .WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal(1, push.ExitCode);
        Assert.Equal("The storage account that AzureWebJobsStorage names does not answer.", push.Output.Split('\n')[^1]);
        Assert.DoesNotContain("   at ", push.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_storage_settings_and_without_a_server_the_sentence_names_the_server()
    {
        var ports = new Dictionary<string, string?>
        {
            ["LocalStorage__BlobPort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["LocalStorage__QueuePort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
            ["LocalStorage__TablePort"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
        };

        var push = await CommandRun.RunAsync(
            ["push", WriteZip(WebBundle.Small("1.0.0")), "--app", "com.example.app", "--version", "1.0.0"], ports, cancellationToken: Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal(1, push.ExitCode);
        Assert.Equal("The local storage emulator does not answer: start the server first, which starts it.", push.Output.Split('\n')[^1]);
    }

    [Fact]
    public async Task Without_a_server_the_upload_waits_and_the_exit_code_says_so()
    {
        await new BlobContainerClient(azurite.ConnectionString, "uploads").CreateIfNotExistsAsync(cancellationToken: Cancellation);

        var push = await PushAsync(
            azurite.ConnectionString, WriteZip(WebBundle.Small("1.0.0")), "--app", "com.example.waiting", "--version", "1.0.0", "--timeout", "1");

        Assert.Equal(3, push.ExitCode);
        Assert.Contains("No verdict after 1 s. Is the server running? The upload waits in the drop zone.", push.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("com.example.waiting/production/1.0.0.zip", await ListUploadsAsync());
    }

    [Fact]
    public async Task Storage_that_no_server_has_seen_is_said_to_lack_the_drop_zone()
    {
        await using var unused = new AzuriteFixture();
        await unused.InitializeAsync();

        var push = await PushAsync(unused.ConnectionString, WriteZip(WebBundle.Small("1.0.0")), "--app", "com.example.app", "--version", "1.0.0");

        Assert.Equal(1, push.ExitCode);
        Assert.Equal("The storage has no container 'uploads' yet: start the server once, which makes it.", push.Output.Split('\n')[^1]);
    }

    [Fact]
    public async Task Unknown_path_is_named()
    {
        var push = await PushAsync(azurite.ConnectionString, "no/such/folder", "--app", "com.example.app", "--version", "1.0.0");

        Assert.Equal((1, "There is no folder or zip 'no/such/folder'."), (push.ExitCode, push.Output));
    }

    [Fact]
    public async Task Missing_option_is_named()
    {
        var push = await PushAsync(azurite.ConnectionString, ".", "--app", "com.example.app");

        Assert.Equal(1, push.ExitCode);
        Assert.Contains("'--version' is required", push.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("push", "--help")]
    public async Task Help_tells_what_can_be_given(params string[] arguments)
    {
        var help = await CommandRun.RunAsync(arguments, cancellationToken: Cancellation);

        Assert.Equal(0, help.ExitCode);
        Assert.Contains(arguments.Length > 1 ? "--allow-downgrade" : "Check a bundle, upload it, and wait for intake's verdict.", help.StandardOutput, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Server_takes_the_bundle_from_a_workflow_that_its_issuer_vouches_for_and_from_a_token()
    {
        const string app = "com.example.ci";
        await using var issuer = await FakeIssuer.StartAsync(Cancellation);
        issuer.Workflow = new JsonObject { ["repository"] = "acme/shop", ["ref"] = "refs/heads/main" };
        await using var deployment = await Deployment.StartAsync(
            new("AzureWebJobsStorage", azurite.ConnectionString),
            new("Bundles__MaxZipBytes", "100000"),
            new("Access__Federated__github__Issuer", issuer.Issuer),
            new("Access__Federated__github__Audience", "updates"),
            new("Access__Federated__github__Claims__repository", "acme/shop"),
            new("Access__Federated__github__Scopes", "upload"),
            new("Access__Federated__github__Apps", app));

        var push = await PushAsync(deployment, app, "1.0.0", new() { ["ACTIONS_ID_TOKEN_REQUEST_URL"] = $"{issuer.Issuer}/token?api-version=2.0", ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "workflow" });
        Assert.True(push.ExitCode == 0, push.Output);
        Assert.Contains($"Published {app} 1.0.0 on production, release 1", push.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("Größe & Co", (await _storage.FindReleaseAsync(app, "1.0.0"))!.Notes.Notes);

        push = await PushAsync(deployment, app, "1.1.0", new() { ["SERVERLESS_TOKEN"] = await _storage.IssueTokenAsync() });
        Assert.True(push.ExitCode == 0, push.Output);
        var uploads = await _storage.Catalog.ReadLedgerAsync(StoredState.Id(app), Cancellation).Select(row => row.Read()).Where(row => row.Kind == "bundle.uploaded").ToListAsync(Cancellation);
        Assert.Equal($"{app}/production/1.1.0.zip", Assert.Single(uploads).Subject);
        Assert.StartsWith("token:test-", uploads[0].Actor, StringComparison.Ordinal);

        push = await PushAsync(deployment, "com.example.notci", "1.0.0", new() { ["ACTIONS_ID_TOKEN_REQUEST_URL"] = $"{issuer.Issuer}/token?api-version=2.0", ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "workflow" });
        Assert.Equal((1, true), (push.ExitCode, push.Output.Contains("The server answers 403: The caller may not do this.", StringComparison.Ordinal)));
        push = await PushAsync(deployment, app, "1.2.0", new() { ["SERVERLESS_TOKEN"] = "sot_nonsense" });
        Assert.Equal((1, true), (push.ExitCode, push.Output.Contains("The server answers 401: ", StringComparison.Ordinal)));
        push = await PushAsync(deployment, app, "1.2.0", []);
        Assert.Equal((1, true), (push.ExitCode, push.Output.Contains("Set SERVERLESS_TOKEN to a token of the server;", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("https://updates.example.com.invalid", "The server https://updates.example.com.invalid/ does not answer.")]
    [InlineData("http://updates.example.com", "--server must be an https address: the token would be for everybody to read.")]
    public async Task Server_that_cannot_be_pushed_to_is_one_sentence(string server, string sentence)
    {
        var push = await CommandRun.RunAsync(
            ["push", WriteZip(WebBundle.Small("1.0.0")), "--app", "com.example.nowhere", "--version", "1.0.0", "--server", server],
            new Dictionary<string, string?> { ["SERVERLESS_TOKEN"] = "sot_x", ["DataFolder"] = _folder.FullName },
            cancellationToken: Cancellation);

        Assert.Equal((1, true), (push.ExitCode, push.Output.Contains(sentence, StringComparison.Ordinal)));
    }

    private Task<CommandRun> PushAsync(Deployment deployment, string app, string version, Dictionary<string, string?> environment)
    {
        // Without any setting of the storage.
        environment["DataFolder"] = _folder.FullName;
        return CommandRun.RunAsync(
            ["push", WriteZip(WebBundle.Small(version)), "--app", app, "--version", version, "--server", $"{deployment.Server.Address}", "--audience", "updates", "--notes", "Größe & Co"],
            environment,
            cancellationToken: Cancellation);
    }

    private Task<Deployment> StartAsync() => Deployment.StartAsync(new KeyValuePair<string, string?>("AzureWebJobsStorage", azurite.ConnectionString));

    private static Task<CommandRun> PushAsync(string storage, string bundle, params string[] options) => CommandRun.RunAsync(
        ["push", bundle, .. options], new Dictionary<string, string?> { ["AzureWebJobsStorage"] = storage }, cancellationToken: Cancellation);

    /// <summary>Of a storage that a server may never have met.</summary>
    private async Task<IReadOnlyList<string>> ListUploadsAsync() =>
        await azurite.Container(Containers.Uploads).ExistsAsync(Cancellation) ? await _storage.ListBlobsAsync(Containers.Uploads) : [];

    private string WriteFolder(WebBundle bundle)
    {
        var root = _folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;
        foreach (var (path, content) in bundle.Files)
        {
            var file = Path.Combine(root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }

        return root;
    }

    private string WriteZip(WebBundle bundle)
    {
        var path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.zip");
        File.WriteAllBytes(path, bundle.Zip());
        return path;
    }
}
