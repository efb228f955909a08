using Serverless.Commands;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Commands;

/// <summary>The command line over the API of a real server.</summary>
[Collection(nameof(Conformance))]
public sealed class ServerCommandTests(ConformanceServer server) : IDisposable
{
    private const string Device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20";

    private readonly ServerShell _shell = ServerShell.Of(server);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-shell-");

    /// <summary>What changes nothing: for people a text, for scripts one object a line.</summary>
    [Fact]
    public async Task Everything_can_be_read_by_people_and_by_scripts()
    {
        var app = await PublishAsync("shellreads");
        string[] commands =
        [
            "apps", $"releases list --app {app.Id}", $"releases show 1.1.0 --app {app.Id}", $"channels list --app {app.Id}", $"channels show production --app {app.Id}",
            $"rollout show --app {app.Id}", $"rollout ramp --app {app.Id}", $"incidents list --app {app.Id}", $"errors --app {app.Id}", $"quarantine --app {app.Id}",
            $"retention --app {app.Id}", $"explain {Device} --app {app.Id} --platform android --version-build 1.0.0", $"devices show-pin {Device} --app {app.Id}",
            "keys list", $"keys list --app {app.Id}", "tokens list", $"approvals list --app {app.Id}", $"notice list --app {app.Id}", $"ledger list --app {app.Id}",
            $"ledger verify --app {app.Id}", $"overview --app {app.Id}", $"statistics --app {app.Id} --step hour --by version", "deliveries",
        ];

        foreach (var command in commands)
        {
            Assert.False(string.IsNullOrWhiteSpace((await _shell.RunAsync(command)).RequireDone().Output), command);
            Assert.NotEmpty((await _shell.RunAsync($"{command} --json")).RequireDone().Json);
        }
    }

    [Fact]
    public async Task Lists_are_tables_and_come_page_by_page()
    {
        var app = await PublishAsync("shellpages");

        var table = (await _shell.RunAsync($"releases list --app {app.Id}")).RequireDone().Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var first = (await _shell.RunAsync($"releases list --app {app.Id} --limit 1 --json")).RequireDone();
        var all = (await _shell.RunAsync($"releases list --app {app.Id} --limit 1 --all --json")).RequireDone();

        Assert.StartsWith("VERSION", table[0], StringComparison.Ordinal);
        Assert.Equal(["1.1.0", "1.0.0"], table[1..].Select(row => row.Split(' ')[0]));
        Assert.NotNull(first.Json["next"]);
        Assert.Equal(2, all.Output.Trim().Split('\n').Length);
    }

    [Fact]
    public async Task Rollback_is_rehearsed_asked_about_and_done()
    {
        var app = await PublishAsync("shellrollback");

        var rehearsal = (await _shell.RunAsync($"rollback 1.1.0 --app {app.Id} --reason bad --dry-run --json")).RequireDone();
        var unasked = await _shell.RunAsync($"rollback 1.1.0 --app {app.Id} --reason bad --json");
        Assert.Equal("1.1.0", await TargetAsync(app));
        (await _shell.RunAsync($"rollback 1.1.0 --app {app.Id} --reason bad --yes")).RequireDone();

        Assert.Equal("1.0.0", (string?)rehearsal.Json["changes"]![0]!["to"]);
        Assert.Equal(ExitCode.Failed, unasked.ExitCode);
        Assert.Contains("Withdraw 1.1.0? There is nobody to ask here: add --yes", unasked.Error, StringComparison.Ordinal);
        await Eventually.True(async () => await TargetAsync(app) == "1.0.0", "The channel should have gone back.");
        Assert.Equal("withdrawn", (string?)(await _shell.RunAsync($"releases show 1.1.0 --app {app.Id} --json")).RequireDone().Json["state"]);
        Assert.Equal("1.1.0", (string?)(await _shell.RunAsync($"incidents show 1.1.0 --app {app.Id} --json")).RequireDone().Json["version"]);
        (await _shell.RunAsync($"incidents takeover 1.1.0 --app {app.Id} --reason mine --yes")).RequireDone();
        (await _shell.RunAsync($"incidents resolve 1.1.0 --app {app.Id} --reason done --yes")).RequireDone();
        (await _shell.RunAsync($"incidents rollforward 1.1.0 --app {app.Id} --to 9.9.9 --reason fix --yes")).RequireFault(ExitCode.Rejected, "(");
    }

    [Fact]
    public async Task Release_is_promoted_and_a_rollout_is_led()
    {
        var app = await PublishAsync("shellrollout");
        var policy = Write("policy.json", """{"public": false, "allowSelfSet": true}""");
        var ramp = Write("ramp.json", """{"stages": [{"percent": 10, "soak": "1.00:00:00", "minGood": 1}, {"percent": 100, "soak": "00:00:00", "minGood": 0}], "controlPercent": 5}""");

        Assert.True((bool)(await _shell.RunAsync($"promote 1.0.0 --app {app.Id} --channel production --allow-downgrade --dry-run --json")).RequireDone().Json["dryRun"]!);
        (await _shell.RunAsync($"promote 1.0.0 --app {app.Id} --channel production --allow-downgrade --yes")).RequireDone();
        (await _shell.RunAsync($"channels set production --app {app.Id} --file {policy} --yes")).RequireDone();
        (await _shell.RunAsync($"rollout set-ramp --app {app.Id} --file {ramp} --yes")).RequireDone();
        (await _shell.RunAsync($"rollout start --app {app.Id} --version 1.1.0 --yes")).RequireDone();
        (await _shell.RunAsync($"rollout pause --app {app.Id} --yes")).RequireDone();
        (await _shell.RunAsync($"rollout resume --app {app.Id} --yes")).RequireDone();
        (await _shell.RunAsync($"rollout raise --app {app.Id} --percent 50 --yes")).RequireDone();
        var raised = (await _shell.RunAsync($"rollout show --app {app.Id} --json")).RequireDone();
        (await _shell.RunAsync($"rollout abort --app {app.Id} --yes")).RequireDone();
        (await _shell.RunAsync($"rollout finish --app {app.Id} --yes")).RequireFault(ExitCode.Rejected, "no_rollout");

        Assert.Equal(50, (int)raised.Json["rollout"]!["percent"]!);
        Assert.Equal("1.0.0", await TargetAsync(app));
    }

    [Fact]
    public async Task Device_is_pinned_vouched_for_and_erased()
    {
        var app = await PublishAsync("shelldevices");

        (await _shell.RunAsync($"devices pin {Device} --app {app.Id} --version 1.0.0 --yes")).RequireDone();
        Assert.Equal("1.0.0", (string?)(await _shell.RunAsync($"devices show-pin {Device} --app {app.Id} --json")).RequireDone().Json["version"]);
        (await _shell.RunAsync($"devices unpin {Device} --app {app.Id} --yes")).RequireDone();
        Assert.StartsWith("t", (string?)(await _shell.RunAsync($"devices ticket {Device} --app {app.Id} --json")).RequireDone().Json["ticket"], StringComparison.Ordinal);
        Assert.True((bool)(await _shell.RunAsync($"devices erase {Device} --app {app.Id} --dry-run --json")).RequireDone().Json["dryRun"]!);
        Assert.False((bool)(await _shell.RunAsync($"devices erase {Device} --app {app.Id} --yes --json")).RequireDone().Json["dryRun"]!);
    }

    [Fact]
    public async Task Notice_is_previewed_published_changed_and_closed()
    {
        var app = await PublishAsync("shellnotices");
        var file = Write("notice.json", $$$"""
            {"kind": "maintenance", "startsAt": "{{{DateTime.UtcNow.AddMinutes(-1):O}}}", "endsAt": "{{{DateTime.UtcNow.AddHours(1):O}}}", "texts": { "en": {"title": "Tonight", "body": "Back at six."} } }
            """);

        Assert.True((bool)(await _shell.RunAsync($"notice preview --app {app.Id} --file {file} --lang en --json")).RequireDone().Json["isShown"]!);
        var id = (string?)(await _shell.RunAsync($"notice publish --app {app.Id} --file {file} --yes --json")).RequireDone().Json["id"];
        (await _shell.RunAsync($"notice change {id} --app {app.Id} --file {file} --yes")).RequireDone();
        Assert.Equal(id, (string?)(await _shell.RunAsync($"notice show {id} --app {app.Id} --json")).RequireDone().Json["id"]);
        (await _shell.RunAsync($"notice close {id} --app {app.Id} --yes")).RequireDone();
        (await _shell.RunAsync($"notice publish --app {app.Id} --file {file}.none --yes")).RequireFault(ExitCode.Failed, "cannot be read");
        (await _shell.RunAsync($"notice publish --app {app.Id} --file {Write("no.json", "[1]")} --yes")).RequireFault(ExitCode.Failed, "holds no JSON object");
    }

    [Fact]
    public async Task Token_is_issued_used_and_revoked()
    {
        var app = await PublishAsync("shelltokens");
        var issued = (await _shell.RunAsync($"tokens create shell-reader --scopes read --apps {app.Id} --days 1 --json")).RequireDone().Json;

        using var reader = new ServerShell(server.Deployment.Server.Address, (string)issued["token"]!);
        (await reader.RunAsync($"releases list --app {app.Id}")).RequireDone();
        (await reader.RunAsync($"rollback 1.1.0 --app {app.Id} --reason bad --yes")).RequireFault(ExitCode.Rejected, "(forbidden)");
        (await _shell.RunAsync("tokens revoke shell-reader --yes")).RequireDone();

        (await new ServerShell(server.Deployment.Server.Address, "sot_wrong").RunAsync("apps")).RequireFault(ExitCode.Rejected, "(unauthenticated)");
    }

    [Fact]
    public async Task Fault_is_one_sentence_and_an_exit_code()
    {
        var app = await PublishAsync("shellfaults");

        (await _shell.RunAsync($"releases show 9.9.9 --app {app.Id}")).RequireFault(ExitCode.Rejected, "(release_not_found)");
        (await _shell.RunAsync($"approvals show 1.1.0 --app {app.Id}")).RequireFault(ExitCode.Rejected, "(approval_not_found)");
        (await _shell.RunAsync($"keys disable nokey --app {app.Id} --answer block --yes")).RequireFault(ExitCode.Rejected, "(key_not_found)");
        (await new ServerShell(new Uri("http://127.0.0.1:9/"), "sot_any").RunAsync($"incidents resolve 1.1.0 --app {app.Id} --reason x --yes")).RequireFault(ExitCode.Failed, "does not answer");
        (await new ServerShell(new Uri("http://192.0.2.1/"), "sot_any").RunAsync("apps")).RequireFault(ExitCode.Failed, "must be an https address");
    }

    public void Dispose()
    {
        _shell.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<ConformanceApp> PublishAsync(string name)
    {
        var app = await new ConformanceApp(server, name).PublishAsync("1.0.0");
        return await app.PublishAsync("1.1.0");
    }

    private async Task<string?> TargetAsync(ConformanceApp app) => (await server.Storage.FindProductionAsync(app.Id))?.Target?.Value;

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
