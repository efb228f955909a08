using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Configuration;
using Serverless.Bundles;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Hosts.Standalone.Triggers;
using Serverless.Ledger.Seals;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Transport;
using static Serverless.Tests.Infrastructure.PredictedResources;

namespace Serverless.Tests.Infrastructure;

/// <summary>The two hosts, host.json and the Bicep files mean the same functions, queues, containers and tables. Read from source and from the standalone build.</summary>
public sealed partial class DriftTests(CompiledTemplates templates)
{
    // The Functions host's own, for uploads that no attempt took in.
    private const string BlobPoison = "webjobs-blobtrigger-poison";

    // What only the deployment needs: the code.
    private const string Deployments = "deployments";

    private static readonly FunctionCatalog Catalog = FunctionCatalog.Discover(typeof(StorageClients).Assembly.GetTypes());

    /// <summary>What both hosts are compiled from.</summary>
    private static IReadOnlyDictionary<string, string> SharedSources => Sources().Where(source => !OfOneHost().Any(folder => source.Key.StartsWith(folder, StringComparison.Ordinal)))
        .ToDictionary();

    [Fact]
    public void Both_hosts_compile_every_function()
    {
        var shared = SharedSources.Values.SelectMany(text => FunctionName().Matches(text).Select(match => match.Groups["name"].Value)).ToList();
        var all = Sources().Values.SelectMany(text => FunctionName().Matches(text)).Count();

        // A name that is a constant stands for itself.
        Assert.Equal(Catalog.Functions.Select(function => function.Name).Order(), shared.Select(name => name == "Name" ? IntakeFunction.Name : name.Trim('"')).Order());
        Assert.Equal(shared.Count, all);
    }

    [Fact]
    public void Nothing_but_folders_differs_between_the_hosts() =>
        Assert.DoesNotContain(Sources(), source => Conditional().IsMatch(source.Value));

    [Fact]
    public void Triggers_are_written_as_the_worker_takes_them() => Assert.Equal(
        [
            "BlobTriggerAttribute(String) Connection Source",
            "FunctionAttribute(String)",
            "HttpTriggerAttribute(AuthorizationLevel, String[]) Route",
            "QueueTriggerAttribute(String) Connection",
            "TimerTriggerAttribute(String) RunOnStartup UseMonitor",
        ],
        typeof(FunctionAttribute).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(FunctionAttribute).Namespace && type.IsSubclassOf(typeof(Attribute)))
            .Select(type => string.Join(' ',
                [
                    $"{type.Name}({string.Join(", ", type.GetConstructors().Single().GetParameters().Select(parameter => parameter.ParameterType.Name))})",
                    .. type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Order(),
                ]))
            .Order());

    [Fact]
    public void Routes_are_none_that_Azure_keeps_for_itself() =>
        Assert.All(Catalog.Functions.OfType<HttpFunction>(), function => Assert.DoesNotMatch("(?i)^/?(admin|runtime)", function.Route));

    [Fact]
    public void Everything_but_the_dashboard_is_below_api() => Assert.Equal(
        ["Dashboard", "DashboardFile"], Catalog.Functions.OfType<HttpFunction>().Where(function => !function.Route.StartsWith("api/", StringComparison.Ordinal)).Select(function => function.Name));

    [Fact]
    public void No_two_functions_answer_the_same_request() => Assert.DoesNotContain(
        Catalog.Functions.OfType<HttpFunction>()
            .SelectMany(function => function.Methods.Select(method => $"{method.ToUpperInvariant()} {RouteParameter().Replace(function.Route, "{}")}"))
            .CountBy(request => request),
        request => request.Value > 1);

    [Fact]
    public void Functions_listen_to_queues_and_containers_that_there_are()
    {
        Assert.Empty(Catalog.Functions.OfType<QueueFunction>().Select(function => function.Queue).Except(Queues.All));
        Assert.Equal([Containers.Uploads], Catalog.Functions.OfType<BlobFunction>().Select(function => function.Path.Container));
        Assert.All(SharedSources.Values.SelectMany(text => BlobTrigger().Matches(text)), trigger => Assert.Contains("Source = BlobTriggerSource.EventGrid", trigger.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Host_json_is_what_the_code_takes_it_for()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json")));
        var extensions = json.RootElement.GetProperty("extensions");

        Assert.Equal("", Text(extensions, "http", "routePrefix"));
        Assert.Equal("none", Text(extensions, "queues", "messageEncoding"));
        Assert.Contains("MessageEncoding = QueueMessageEncoding.None", SharedSources["Storage/StorageClients.cs"], StringComparison.Ordinal);
    }

    [BicepFact]
    public void Bicep_makes_the_containers_of_the_code() =>
        Assert.Equal(Containers.All.Append(Deployments).Order(), templates.Small.Names("Microsoft.Storage/storageAccounts/blobServices/containers").Order());

    [BicepFact]
    public void Bicep_makes_the_queues_of_the_code_and_a_poison_queue_beside_each_that_is_listened_to() => Assert.Equal(
        Queues.All.Concat(Catalog.Functions.OfType<QueueFunction>().Select(function => $"{function.Queue}-poison")).Append(BlobPoison).Order(),
        templates.Small.Names("Microsoft.Storage/storageAccounts/queueServices/queues").Order());

    [BicepFact]
    public void Bicep_makes_the_tables_of_the_code() =>
        Assert.Equal(Tables.All.Order(), templates.Small.Names("Microsoft.Storage/storageAccounts/tableServices/tables").Order());

    [BicepFact]
    public void Event_subscription_calls_the_intake_for_uploads()
    {
        var variables = templates.Subscription.GetProperty("variables");
        var subscription = Assert.Single(templates.Subscription.GetProperty("resources").EnumerateArray());

        Assert.Equal((IntakeFunction.Name, Containers.Uploads), (Text(variables, "functionName"), Text(variables, "container")));
        Assert.Equal("[format('{0}/{1}', parameters('storageTopicName'), variables('functionName'))]", Text(subscription, "name"));
        Assert.Contains("/runtime/webhooks/blobs?functionName=Host.Functions.{1}&code={2}'", Text(subscription, "properties", "destination", "properties", "endpointUrl"), StringComparison.Ordinal);
        Assert.Equal("[format('/blobServices/default/containers/{0}/', variables('container'))]", Text(subscription, "properties", "filter", "subjectBeginsWith"));
        Assert.Equal("1.2", Text(subscription, "properties", "destination", "properties", "minimumTlsVersionAllowed"));
    }

    [BicepFact]
    public void Settings_of_the_app_are_those_of_the_README()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        var settings = At(templates.Large.Single("Microsoft.Web/sites/config"), "properties").EnumerateObject().Select(setting => setting.Name);

        // These are of the Functions host, which opens the same account.
        Assert.All(settings.Except(["AzureWebJobsStorage__credential", "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AzureWebJobsDisableHomepage"]), setting =>
        {
            var name = setting.Replace("__", ":", StringComparison.Ordinal);
            var section = name[..name.IndexOf(':', StringComparison.Ordinal)];
            Assert.Contains(rows, row => row.Contains($"`{name}`", StringComparison.OrdinalIgnoreCase)
                || (row.Contains($"`{section}:", StringComparison.Ordinal) && row.Contains($"`{name[section.Length..]}`", StringComparison.OrdinalIgnoreCase)));
        });
    }

    [BicepFact]
    public void Values_of_the_settings_are_ones_that_the_server_starts_with()
    {
        // Expressions are known to Azure alone, and with them all of Signing.
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            At(templates.Large.Single("Microsoft.Web/sites/config"), "properties").EnumerateObject()
                .Select(setting => KeyValuePair.Create(setting.Name.Replace("__", ":", StringComparison.Ordinal), setting.Value.GetString()))
                .Where(setting => !setting.Value!.StartsWith('[') && !setting.Key.StartsWith("Signing:", StringComparison.Ordinal))).Build();
        var bound = typeof(StorageClients).Assembly.GetTypes()
            .Select(type => (Type: type, Section: type.GetField("Section")?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null && configuration.GetSection(options.Section).GetChildren().Any())
            .Select(options => configuration.GetSection(options.Section!).Get(options.Type)!)
            .ToArray();

        Assert.Superset(new HashSet<Type> { typeof(BundleOptions), typeof(SealOptions), typeof(TransportOptions) }, bound.Select(options => options.GetType()).ToHashSet());
        Assert.All(bound, options => Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true));
    }

    /// <summary>By path below <c>functions</c>, with <c>/</c>.</summary>
    private static Dictionary<string, string> Sources()
    {
        var root = Path.Combine(Repository.Root, "functions");
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(root, file).Replace('\\', '/'), File: file))
            .Where(source => !source.Path.StartsWith("bin/", StringComparison.Ordinal) && !source.Path.StartsWith("obj/", StringComparison.Ordinal))
            .ToDictionary(source => source.Path, source => File.ReadAllText(source.File));
    }

    /// <summary>Folders that the project leaves out for one host or the other.</summary>
    private static string[] OfOneHost() =>
    [
        .. XDocument.Load(Path.Combine(Repository.Root, "functions", "Functions.csproj")).Descendants("Compile")
            .SelectMany(compile => compile.Attribute("Remove")!.Value.Split(';'))
            .Select(pattern => pattern.Replace("**", "", StringComparison.Ordinal)),
    ];

    [GeneratedRegex("""\[Function\((?<name>"?\w+"?)\)\]""")]
    private static partial Regex FunctionName();

    [GeneratedRegex(@"(?m)^\s*#(if|elif|else|define)\b")]
    private static partial Regex Conditional();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex RouteParameter();

    [GeneratedRegex(@"\[BlobTrigger\([^\]]*\]")]
    private static partial Regex BlobTrigger();
}
