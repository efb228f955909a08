using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Hosting;
using Serverless.Hosts.Standalone;
using Serverless.Hosts.Standalone.LocalStorage;

namespace Serverless.Tests.Storage.LocalStorage;

public sealed class AzuriteStartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-start-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Port_in_use_is_named_with_the_setting_that_changes_it()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;
        var options = new AzuriteOptions { BlobPort = 0, QueuePort = port, TablePort = 0, DataFolder = _folder.FullName };

        var error = await Assert.ThrowsAsync<StartupException>(() => AzuriteProcess.StartAsync(options, Cancellation));

        Assert.Equal(
            $"The port {port} is in use, so the local storage emulator cannot start: end what uses it, " +
            "or choose another port with LocalStorage:QueuePort (0 for any free one).",
            error.Message);
    }

    [Fact]
    public async Task Missing_node_is_named_with_both_ways_out()
    {
        var options = new AzuriteOptions { SearchPath = string.Empty, DataFolder = _folder.FullName };

        var error = await Assert.ThrowsAsync<StartupException>(() => AzuriteProcess.StartAsync(options, Cancellation));

        Assert.Equal(
            "Node.js 20 or newer is needed to start the local storage emulator: install it, or set AzureWebJobsStorage to a storage account.",
            error.Message);
    }

    [Fact]
    public async Task Old_node_is_named_with_its_version()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for Node.js is a shell script.");
        WriteProgram("node", "echo v18.20.4");
        WriteProgram("npm", "exit 0");
        var options = new AzuriteOptions { SearchPath = _folder.FullName, DataFolder = _folder.FullName };

        var error = await Assert.ThrowsAsync<StartupException>(() => AzuriteProcess.StartAsync(options, Cancellation));

        Assert.Contains("is 18.20.4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_installation_is_told_in_the_words_of_npm()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for npm is a shell script.");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "package-lock.json"), "{}", Cancellation);
        var npm = WriteProgram("npm", "echo 'npm error no network' >&2; exit 1");

        var error = await Assert.ThrowsAsync<StartupException>(() =>
            new PinnedPackages(_folder.FullName, PinnedPackages.NoEmulator).InstallAsync(new NodeRuntime("node", npm, _folder.FullName), Cancellation));

        Assert.EndsWith("the local storage emulator cannot start: npm error no network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_are_installed_once_for_each_lock_file_even_by_starts_at_the_same_time()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for npm is a shell script.");
        var lockFile = Path.Combine(_folder.FullName, "package-lock.json");
        var runs = Path.Combine(_folder.FullName, "runs");
        var npm = WriteProgram("npm", $"/bin/mkdir -p node_modules; echo {{}} > node_modules/.package-lock.json; echo run >> {runs}");
        var node = new NodeRuntime("node", npm, _folder.FullName);
        var package = new PinnedPackages(_folder.FullName, PinnedPackages.NoEmulator);

        await File.WriteAllTextAsync(lockFile, "{}", Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => package.InstallAsync(node, Cancellation)));
        var runsAtFirst = (await File.ReadAllLinesAsync(runs, Cancellation)).Length;
        await File.WriteAllTextAsync(lockFile, "{ \"lockfileVersion\": 3 }", Cancellation);
        await package.InstallAsync(node, Cancellation);
        var runsAfterChange = (await File.ReadAllLinesAsync(runs, Cancellation)).Length;

        Assert.Equal(1, runsAtFirst);
        Assert.Equal(2, runsAfterChange);
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "https://account.blob.core.windows.net")]
    public async Task Configured_storage_needs_no_emulator(string setting, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration[setting] = value;

        Assert.Null(await builder.StartLocalStorageAsync(Cancellation));
    }

    [Fact]
    public async Task Missing_storage_is_configured_to_be_the_emulator()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration["LocalStorage:BlobPort"] = "0";
        builder.Configuration["LocalStorage:QueuePort"] = "0";
        builder.Configuration["LocalStorage:TablePort"] = "0";
        builder.Configuration["LocalStorage:DataFolder"] = _folder.FullName;

        await using var azurite = await builder.StartLocalStorageAsync(Cancellation);

        var blobs = new BlobServiceClient(builder.Configuration["AzureWebJobsStorage"]);
        await blobs.GetPropertiesAsync(Cancellation);
        Assert.Equal(azurite!.BlobPort, blobs.Uri.Port);
        Assert.True(Directory.Exists(Path.Combine(_folder.FullName, "azurite")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string WriteProgram(string name, string script)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
