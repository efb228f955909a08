using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Commands;
using Serverless.Hosts.Standalone.LocalStorage;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Documentation;

/// <summary>What the READMEs list is what the code has.</summary>
public sealed class ReadmeTests
{
    // Set by the host itself, or read from host.json.
    private static readonly string[] Undocumented =
        [$"{AzuriteOptions.Section}:{nameof(AzuriteOptions.DataFolder)}", $"{AzuriteOptions.Section}:{nameof(AzuriteOptions.SearchPath)}"];

    public static TheoryData<string> Settings =>
    [
        .. typeof(StorageOptions).Assembly.GetTypes()
            .Select(type => (Type: type, Section: type.GetField("Section")?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null && !options.Section.StartsWith("extensions:", StringComparison.Ordinal))
            .SelectMany(options => options.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanWrite)
                .Select(property => $"{options.Section}:{property.Name}"))
            .Except(Undocumented),
    ];

    public static TheoryData<string> Codes =>
        [.. typeof(RejectionCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(code => (string)code.GetRawConstantValue()!)];

    public static TheoryData<string> ContentRules =>
        [.. typeof(ContentRule).GetFields(BindingFlags.Public | BindingFlags.Static).Where(rule => rule.IsLiteral).Select(rule => (string)rule.GetRawConstantValue()!)];

    public static TheoryData<string> Commands => [.. CommandLine.Root().Subcommands.Select(command => command.Name)];

    public static TheoryData<int> ExitCodes => [.. typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(code => (int)code.GetRawConstantValue()!)];

    public static TheoryData<string> ProblemCodes =>
        [.. typeof(ProblemCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(code => (string)code.GetRawConstantValue()!)];

    public static TheoryData<string> LedgerKinds =>
        [.. typeof(LedgerKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(kind => (string)kind.GetRawConstantValue()!)];

    public static TheoryData<string> Evidence => [.. CoverageCells(3)];

    public static TheoryData<string> Places => [.. CoverageCells(2)];

    public static TheoryData<string, string> Metrics
    {
        get
        {
            var metrics = new TheoryData<string, string>();
            using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
            using var listener = new MeterListener();
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                {
                    metrics.Add(instrument.Name, instrument.Unit!);
                }
            };
            listener.Start();
            _ = new Telemetry(services.GetRequiredService<IMeterFactory>());
            return metrics;
        }
    }

    public static TheoryData<string> Rooms =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "functions"))
            .Select(folder => Path.GetFileName(folder))
            .Except(["bin", "obj", "Hosts"]),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_is_in_the_table(string command)
    {
        var row = Assert.Single(Section("The command line").Split('\n'), line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|')[1].Contains($"`{command}`", StringComparison.Ordinal));

        Assert.All(CommandLine.Root().Subcommands.Single(found => found.Name == command).Subcommands, part => Assert.Contains($"`{part.Name}`", row, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ExitCodes))]
    public void Exit_code_is_in_the_table(int code) => Assert.Contains($"\n| {code} | ", Section("The command line"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_is_in_the_table(string setting)
    {
        var rows = Read("README.md").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        var section = setting[..setting.IndexOf(':', StringComparison.Ordinal)];
        var member = setting[section.Length..];

        Assert.Contains(rows, row => row.Contains($"`{setting}`", StringComparison.Ordinal)
            || (row.Contains($"`{section}:", StringComparison.Ordinal) && row.Contains($"`{member}`", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_with_a_default_is_in_the_sample(string setting)
    {
        using var sample = JsonDocument.Parse(Read("local.settings.sample.json"));
        var isIdentity = setting.StartsWith(StorageOptions.Section, StringComparison.Ordinal);

        Assert.True(isIdentity || sample.RootElement.GetProperty("Values").TryGetProperty(setting.Replace(":", "__", StringComparison.Ordinal), out _));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_rejection_code_is_explained(string code) => Assert.Contains($"`{code}`", Read("README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(ContentRules))]
    public void Every_rule_on_content_is_in_the_table(string rule) => Assert.Contains($"\n| `{rule}` |", Read("README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(ProblemCodes))]
    public void Every_problem_code_is_in_the_table(string code) => Assert.Contains($"\n| `{code}` |", Read("README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(LedgerKinds))]
    public void Every_ledger_kind_is_in_the_table(string kind) => Assert.Contains($"\n| `{kind}` |", Read("README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Every_metric_is_in_the_table_with_its_unit(string name, string unit) => Assert.Contains($"\n| `{name}` | `{unit}` |", Read("README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Every_room_is_on_the_map(string room) => Assert.Contains($"`{room}`", Read("functions/README.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Evidence))]
    public void Every_test_that_shows_coverage_exists(string test) => Assert.Contains(
        Directory.EnumerateFileSystemEntries(Path.Combine(Repository.Root, "tests"), "*", SearchOption.AllDirectories),
        path => Path.GetFileNameWithoutExtension(path) == test);

    [Theory]
    [MemberData(nameof(Places))]
    public void Every_place_of_the_coverage_table_exists(string place) => Assert.Contains(
        new[] { "functions", "", Path.Combine("infra", "modules") }.SelectMany(folder => new[] { Path.Combine(folder, place), Path.Combine(folder, $"{place}.cs") }),
        path => Path.Exists(Path.Combine(Repository.Root, path)));

    /// <summary>What stands in code style in a column of the table of coverage.</summary>
    private static IEnumerable<string> CoverageCells(int column) => Read("README.md").Split("\n## ")
        .Single(section => section.StartsWith("Coverage\n", StringComparison.Ordinal)).Split('\n')
        .Where(line => line.StartsWith('|')).Skip(2)
        .SelectMany(row => row.Split('|')[column].Split('`').Where((_, index) => index % 2 == 1))
        .Distinct();

    /// <summary>A section of the user's README, up to the next heading.</summary>
    private static string Section(string heading) => Read("README.md").Split($"\n### {heading}\n")[1].Split("\n### ")[0];

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
}
