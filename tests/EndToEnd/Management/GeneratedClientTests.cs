using System.Diagnostics;
using System.Net.Http.Headers;
using Serverless.Hosts.Standalone.LocalStorage;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>A client that openapi-typescript makes of the served document, in a script that the TypeScript compiler checks and Node.js runs.</summary>
[Collection(nameof(Conformance))]
public sealed class GeneratedClientTests(ConformanceServer server) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-client-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_that_is_generated_from_the_document_lists_reads_acts_and_meets_problems()
    {
        var app = await new ConformanceApp(server, "generatedclient").PublishAsync("1.0.0");
        await app.PublishAsync("1.1.0", "beta");
        var packages = new PinnedPackages(Path.Combine(Repository.Root, "tests", "Client"), "no client can be generated");
        var node = await NodeRuntime.FindAsync(Environment.GetEnvironmentVariable("PATH") ?? "", Cancellation);
        await packages.InstallAsync(node, Cancellation);
        foreach (var file in new[] { "smoke.mjs", "globals.d.ts", "tsconfig.json" })
        {
            File.Copy(Path.Combine(packages.Folder, file), Path.Combine(_folder.FullName, file));
        }

        var modules = Path.Combine(packages.Folder, "node_modules");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "node_modules"), modules);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "openapi.json"), await ReadDocumentAsync(), Cancellation);

        await RunAsync(node, Path.Combine(modules, "openapi-typescript", "bin", "cli.js"), "openapi.json", "--output", "api.d.ts", "--default-non-nullable=false");
        await RunAsync(node, Path.Combine(modules, "typescript", "bin", "tsc"), "--project", "tsconfig.json");
        await RunAsync(node, "smoke.mjs", new Uri(server.Deployment.Server.Address, "api").ToString(), server.Token, app.Id);

        var beta = Assert.Single(await server.Catalog.ListChannelsAsync(StoredState.Id(app.Id), Cancellation), channel => channel.Name.Value == "beta");
        Assert.Equal("1.0.0", beta.Target?.Value);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<string> ReadDocumentAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Deployment.Server.Address, "api/manage/openapi.json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        using var response = await server.Deployment.Http.SendAsync(request, Cancellation);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }

    private async Task RunAsync(NodeRuntime node, params string[] arguments)
    {
        using var process = Process.Start(node.StartInfoFor(node.Node, _folder.FullName, arguments))!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, $"{Path.GetFileName(arguments[0])} failed.\n{await output}\n{await errors}");
    }
}
