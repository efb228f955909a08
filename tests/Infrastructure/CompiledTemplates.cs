using System.Text.Json;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Processes;

namespace Serverless.Tests.Infrastructure;

/// <summary>
/// What the Bicep files compile to, made once for all tests: templates, and the resources that Azure Resource Manager would be asked for, with
/// every expression evaluated that does not need Azure.
/// </summary>
public sealed class CompiledTemplates : IAsyncLifetime
{
    // Everything optional at once, beside what the example of a large fleet has.
    private const string Everything = """

        param publishers = [{ principalId: '7b0e4d5c-9f0a-4f4e-8f0f-1c0f5a4f7a11', principalType: 'Group' }]
        param signingKeys = [{ name: 'updates' }, { name: 'updates-2027', version: 'fedcba9876543210fedcba9876543210' }]
        param clientCertificates = 'Required'

        """;

    private static readonly string[] Sources = [".bicep", ".bicepparam", ".json"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-bicep-");

    /// <summary>What <c>bicep build</c> and <c>bicep lint</c> said about all files.</summary>
    public CommandRun Build { get; private set; } = null!;

    /// <inheritdoc cref="Build"/>
    public CommandRun Lint { get; private set; } = null!;

    /// <summary>As text, to search for what must not be in it.</summary>
    public string MainText { get; private set; } = "";

    public JsonElement Main { get; private set; }

    public JsonElement Subscription { get; private set; }

    /// <summary>Of <c>small.bicepparam</c>, on its first deployment.</summary>
    internal PredictedResources Small { get; private set; } = null!;

    /// <summary>Of <c>large.bicepparam</c>, on a later deployment and with publishers, a second key and client certificates.</summary>
    internal PredictedResources Large { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!BicepCli.IsExpected)
        {
            return;
        }

        CopySources(Path.Combine(Repository.Root, "infra"), _folder.FullName);
        File.AppendAllText(Path.Combine(_folder.FullName, "large.bicepparam"), Everything);
        var lint = BicepCli.RunAsync(_folder.FullName, ["lint", "--pattern", "*.bicep"]);
        Build = await BicepCli.RunAsync(_folder.FullName, ["build", "--pattern", "*.bicep"]);
        Lint = await lint;
        var firstDeployment = SnapshotAsync("small", new Dictionary<string, string> { ["UPDATES_PEPPER"] = "made by deploy.sh" });
        Large = await SnapshotAsync("large", new Dictionary<string, string>
        {
            ["UPDATES_KEY_VERSIONS"] = """{"updates":"0123456789abcdef0123456789abcdef"}""",
            ["UPDATES_FRONT_DOOR_NETWORKS"] = "147.243.0.0/16",
        });
        Small = await firstDeployment;
        MainText = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "main.json"));
        Main = Parse("main.json");
        Subscription = Parse("subscription.json");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void CopySources(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Sources.Contains(Path.GetExtension(file))))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        if (Directory.Exists(Path.Combine(from, "modules")))
        {
            CopySources(Path.Combine(from, "modules"), Path.Combine(to, "modules"));
        }
    }

    private async Task<PredictedResources> SnapshotAsync(string parameters, Dictionary<string, string> environment)
    {
        var run = await BicepCli.RunAsync(
            _folder.FullName,
            ["snapshot", $"{parameters}.bicepparam", "--mode", "overwrite", "--subscription-id", Guid.Empty.ToString(), "--resource-group", "updates", "--location", "westeurope"],
            environment);
        Assert.True(run.ExitCode == 0, run.Output);
        return new PredictedResources(Parse($"{parameters}.snapshot.json"));
    }

    private JsonElement Parse(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder.FullName, file)));
        return json.RootElement.Clone();
    }
}
