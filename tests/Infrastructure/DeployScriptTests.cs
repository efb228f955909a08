using System.Text.RegularExpressions;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Tests.Infrastructure;

/// <summary>What <c>infra/deploy.sh</c> asks of Azure CLI, in which order, and what it says when something is not as it should be.</summary>
public sealed partial class DeployScriptTests : IDisposable
{
    private const string Pepper = "cGVwcGVyLXBlcHBlci1wZXBwZXItcGVwcGVyLXBlcHA=";
    private const string Vault = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";

    private readonly StubbedTools? _tools = OperatingSystem.IsWindows() ? null : Ready();

    private StubbedTools Tools
    {
        get
        {
            Assert.SkipWhen(_tools is null, "The script needs bash.");
            return _tools;
        }
    }

    [Fact]
    public async Task First_deployment_takes_its_steps_in_order()
    {
        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(
            [
                "az account show", "az group exists", "az keyvault list-deleted", "az functionapp list", "az keyvault list", "openssl rand",
                "az deployment group what-if", "dotnet publish", "zip --quiet", "az deployment group create", "az deployment group show",
                "az functionapp deployment source config-zip", "curl /api/health", "az deployment group create", "curl /api/updates", "curl /api/health/signing",
            ],
            Tools.Calls.Select(Shorten));
    }

    [Fact]
    public async Task Steps_say_what_they_are_about()
    {
        await Tools.DeployAsync("--group rg --yes");

        var parameters = Path.Combine(Repository.Root, "infra", "small.bicepparam");
        Assert.Contains($"az deployment group what-if --resource-group rg --name updates --parameters {parameters} [pepper] [{{}}]", Tools.Calls);
        Assert.Contains($"az deployment group create --resource-group rg --name updates --parameters {parameters} --output none [pepper] [{{}}]", Tools.Calls);
        Assert.Contains(Tools.Calls, call => ConfigZip().IsMatch(call));
        Assert.Contains(
            $"az deployment group create --resource-group rg --name updates-subscription --template-file {Path.Combine(Repository.Root, "infra", "subscription.bicep")} "
                + "--parameters appName=func storageTopicName=topic --output none",
            Tools.Calls);
        Assert.Contains(Tools.Calls, call => DotnetPublish().IsMatch(call));
    }

    [Fact]
    public async Task Pepper_is_made_once_handed_to_the_deployment_alone_and_shown_nowhere()
    {
        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.DoesNotContain(Pepper, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Tools.Calls, call => call.Contains(Pepper, StringComparison.Ordinal));
        Assert.All(Tools.Calls.Where(call => call.Contains("[pepper]", StringComparison.Ordinal)), call => Assert.StartsWith("az deployment group", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Second_deployment_keeps_the_pepper_and_the_versions_that_sign()
    {
        Deployed();

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.DoesNotContain(Tools.Calls, call => call.StartsWith("openssl", StringComparison.Ordinal) || call.Contains("[pepper]", StringComparison.Ordinal));
        Assert.Contains(Tools.Calls, call => call.StartsWith("az deployment group create", StringComparison.Ordinal)
            && call.EndsWith("""[{"updates":"0123","updates-2027":"4567"}]""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_deployments_of_the_same_ask_for_the_same()
    {
        Deployed();

        await Tools.DeployAsync("--group rg --yes");
        var first = Tools.Calls.Select(call => TemporaryFolder().Replace(call, "")).ToArray();
        Tools.Forget();
        await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(first, Tools.Calls.Select(call => TemporaryFolder().Replace(call, "")));
    }

    [Fact]
    public async Task Pepper_that_may_be_there_is_never_made_anew()
    {
        Tools.Answer("az keyvault list --resource-group*", Vault).Answer("az resource show*", "ServiceUnavailable: try again", exitCode: 1);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Whether the vault has the pepper cannot be seen", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Tools.Calls, call => call.StartsWith("openssl", StringComparison.Ordinal) || call.StartsWith("az deployment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pepper_is_made_where_an_earlier_deployment_did_not_come_so_far()
    {
        Tools.Answer("az keyvault list --resource-group*", Vault).Answer("az resource show*", "(SecretNotFound) A secret with that name was not found.", exitCode: 3);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains(Tools.Calls, call => call.Contains("[pepper]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pepper_that_an_app_had_is_never_replaced()
    {
        Deployed();
        Tools.Answer("az resource show*", "(SecretNotFound) A secret with that name was not found.", exitCode: 3);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The app func is there and its pepper is not", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Tools.Calls, call => call.StartsWith("openssl", StringComparison.Ordinal) || call.StartsWith("az deployment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Owner_of_the_group_alone_can_deploy()
    {
        Tools.Answer("az keyvault list-deleted*", "(AuthorizationFailed) over scope '/subscriptions/1'", exitCode: 1);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Fact]
    public async Task Group_with_several_apps_is_refused()
    {
        Tools.Answer("az functionapp list*", "func\nother");

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("give the update server a group of its own", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_vault_of_the_group_is_recovered_and_no_other()
    {
        Tools.Answer("az keyvault list-deleted*", $"other\t{Vault.Replace("/rg/", "/rg2/", StringComparison.Ordinal)}\nkv\t{Vault.Replace("resourceGroups/rg", "resourcegroups/RG", StringComparison.Ordinal)}");

        await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(["az keyvault recover --name kv --output none"], Tools.Calls.Where(call => call.StartsWith("az keyvault recover", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, "147.243.0.0/16,2a01:111:2050::/44", "[147.243.0.0/16,2a01:111:2050::/44]")]
    [InlineData(1, "(AuthorizationFailed) over scope '/subscriptions/1'", "[{}]")]
    public async Task Networks_of_Front_Door_are_looked_up_where_there_is_one_and_they_can_be_seen(int exitCode, string answer, string told)
    {
        Tools.Answer("az group show*", "westeurope").Answer("az network list-service-tags --location westeurope*", answer, exitCode);

        var run = await Tools.DeployAsync($"--group rg --yes --parameters {Path.Combine(Repository.Root, "infra", "large.bicepparam")}");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains(Tools.Calls, call => call.StartsWith("az deployment group create", StringComparison.Ordinal) && call.EndsWith(told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_if_changes_nothing()
    {
        var run = await Tools.DeployAsync("--group rg --what-if");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal("az deployment group what-if", Shorten(Tools.Calls[^1]));
        Assert.DoesNotContain(Tools.Calls, call => Changing().IsMatch(call));
    }

    [Fact]
    public async Task Group_that_is_missing_is_made_where_it_is_said_to_be()
    {
        Tools.Answer("az group exists*", "false");

        var nowhere = await Tools.DeployAsync("--group rg --yes");
        var somewhere = await Tools.DeployAsync("--group rg --location westeurope --yes");

        Assert.Equal((1, 0), (nowhere.ExitCode, somewhere.ExitCode));
        Assert.Contains("say where to make it with --location REGION", nowhere.Output, StringComparison.Ordinal);
        Assert.Equal(["az group create --name rg --location westeurope --output none"], Tools.Calls.Where(call => call.StartsWith("az group create", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nothing_is_deployed_without_a_yes()
    {
        var run = await Tools.DeployAsync("--group rg", typed: "y");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Nobody is there to ask: say --yes", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Tools.Calls, call => Changing().IsMatch(call));
    }

    [Theory]
    [InlineData("az")]
    [InlineData("dotnet")]
    [InlineData("zip")]
    [InlineData("curl")]
    [InlineData("openssl")]
    public async Task Missing_tool_is_named(string tool)
    {
        var run = await Tools.Without(tool).DeployAsync("--group rg --yes");

        Assert.Equal((1, $"deploy.sh needs {tool}, which is not on the PATH."), (run.ExitCode, run.Output));
        Assert.Empty(Tools.Calls);
    }

    [Fact]
    public async Task Nobody_signed_in_is_told_how()
    {
        Tools.Answer("az account show*", "Please run 'az login' to setup account.", exitCode: 1);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Nobody is signed in: run 'az login'", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("az deployment group what-if*", "Looking at what would change failed: the signed-in account lacks a right")]
    [InlineData("az deployment group create*updates-subscription*", "Subscribing the app to uploads failed: the signed-in account lacks a right")]
    [InlineData("az functionapp deployment*", "Publishing the code failed: the signed-in account lacks a right")]
    public async Task Missing_right_is_told_beside_what_Azure_said(string call, string sentence)
    {
        Tools.Answer(call, "(AuthorizationFailed) The client 'x' does not have authorization to perform action 'y'.", exitCode: 1);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(sentence, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_does_not_build_leaves_Azure_as_it_was()
    {
        Tools.Answer("dotnet publish*", "error NU1101", exitCode: 1);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The code for Azure Functions does not build", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Tools.Calls, call => Changing().IsMatch(call));
    }

    [Fact]
    public async Task Failed_deployment_publishes_nothing()
    {
        Tools.Answer("az deployment group create*", "(Conflict) A vault with the same name exists.", exitCode: 1);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("(Conflict)", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Tools.Calls, call => call.Contains("config-zip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Subscription_waits_for_the_key_of_the_host()
    {
        Tools.Answer("az deployment group create*updates-subscription*", "The language expression property 'blobs_extension' doesn't exist", exitCode: 1, once: true);

        var run = await Tools.DeployAsync("--group rg --yes", waitSeconds: 60);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(2, Tools.Calls.Count(call => call.Contains("updates-subscription", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task App_that_does_not_start_is_not_subscribed()
    {
        Tools.Answer("curl */api/health", "", exitCode: 22);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("https://func.example/api/health did not answer", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Tools.Calls, call => call.Contains("updates-subscription", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("curl */api/health/signing", 22, "", "The key does not sign as devices need it")]
    [InlineData("curl */api/updates", 22, "", "does not answer an update check")]
    [InlineData("curl */api/updates", 0, "<html>", "answered an update check with something else: <html>")]
    public async Task Smoke_test_tells_what_does_not_work(string call, int exitCode, string answer, string sentence)
    {
        Tools.Answer(call, answer, exitCode);

        var run = await Tools.DeployAsync("--group rg --yes");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(sentence, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rg", 0, true)]
    [InlineData("yes", 1, false)]
    [InlineData("", 1, false)]
    public async Task Teardown_asks_for_the_name_of_the_group(string typed, int exitCode, bool isDeleted)
    {
        var run = await Tools.DeployAsync("--group rg --teardown --yes", typed);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(isDeleted, Tools.Calls.Contains("az group delete --name rg --yes"));
    }

    [Theory]
    [InlineData("", "Say which resource group")]
    [InlineData("--group", "--group needs a value.")]
    [InlineData("--group rg --force", "There is no option --force.")]
    public async Task Wrong_arguments_are_told_and_exit_with_2(string arguments, string sentence)
    {
        var run = await Tools.DeployAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Output, StringComparison.Ordinal);
        Assert.Empty(Tools.Calls);
    }

    [Fact]
    public void Addresses_of_the_script_are_those_of_functions()
    {
        var script = File.ReadAllText(Path.Combine(Repository.Root, "infra", "deploy.sh"));
        var routes = FunctionCatalog.Discover(typeof(StorageClients).Assembly.GetTypes()).Functions.OfType<HttpFunction>()
            .Select(function => $"/{function.Route.Replace("{app}", "APP", StringComparison.Ordinal)}").ToHashSet();

        Assert.All(Address().Matches(script).Select(address => address.Value), address => Assert.Contains(address, routes));
    }

    [Fact]
    public async Task ShellCheck_has_nothing_to_say_about_any_script()
    {
        Assert.SkipUnless(
            Shell.Find("shellcheck") is not null || Environment.GetEnvironmentVariable("CI") is { Length: > 0 }, "ShellCheck is not installed: run .ci/tools.sh.");

        string[] scripts = ["infra/deploy.sh", ".ci/run", ".ci/tools.sh"];
        var run = await Support.Processes.CommandRun.RunAsync(
            new System.Diagnostics.ProcessStartInfo("shellcheck", scripts) { WorkingDirectory = Repository.Root }, TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
    }

    public void Dispose() => _tools?.Dispose();

    private static StubbedTools Ready() => new StubbedTools()
        .Answer("az account show*", "Production")
        .Answer("az group exists*", "true")
        .Answer("az deployment group show*", "func\nhttps://func.example\ntopic\nstore")
        .Answer("openssl rand*", Pepper)
        .Answer("curl */api/updates", """{"kind":"failed","error":"app_not_found"}""");

    private void Deployed() => Tools
        .Answer("az keyvault list --resource-group*", Vault)
        .Answer($"az resource show --ids {Vault}/secrets/device-pepper*", "device-pepper")
        .Answer("az functionapp list*", "func")
        .Answer("az functionapp config appsettings list*", "Signing__KeyVault__KeyVersion\t0123,4567\nSigning__KeyVault__KeyName\tupdates,updates-2027");

    /// <summary>A call without what it is about: the program and the words before its first option, or of curl the path.</summary>
    private static string Shorten(string call) => call.StartsWith("curl ", StringComparison.Ordinal)
        ? $"curl {call[call.LastIndexOf("/api/", StringComparison.Ordinal)..]}"
        : call.StartsWith("dotnet ", StringComparison.Ordinal) || call.StartsWith("zip ", StringComparison.Ordinal) || call.StartsWith("openssl ", StringComparison.Ordinal)
            ? string.Join(' ', call.Split(' ').Take(2))
            : call[..call.IndexOf(" --", StringComparison.Ordinal)];

    [GeneratedRegex(@"^az functionapp deployment source config-zip --resource-group rg --name func --src \S+/app\.zip --output none$")]
    private static partial Regex ConfigZip();

    [GeneratedRegex(@"^dotnet publish \S+/functions --configuration Release -p:FunctionsHost=Azure --output \S+/app$")]
    private static partial Regex DotnetPublish();

    [GeneratedRegex("^az ([a-z-]+ )*(create|delete|recover|config-zip) ")]
    private static partial Regex Changing();

    [GeneratedRegex(@"/tmp\.\w+")]
    private static partial Regex TemporaryFolder();

    [GeneratedRegex("/api/[a-zA-Z_/]+")]
    private static partial Regex Address();
}
