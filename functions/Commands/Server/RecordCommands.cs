using System.CommandLine;
using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary><c>ledger</c>, <c>statistics</c> and <c>deliveries</c>: what was done, and what came of it.</summary>
internal static class RecordCommands
{
    private static readonly Option<string?> Kind = new("--kind") { Description = "Entries of this kind alone, such as channel.moved." };
    private static readonly Option<string?> Step = new("--step") { Description = "minute, hour or day." };
    private static readonly Option<string?> By = new("--by") { Description = "version or platform." };
    private static readonly Option<string?> From = new("--from") { Description = "Since when, such as 2026-11-01T00:00:00Z." };
    private static readonly Option<string?> Until = new("--to") { Description = "Until when." };

    public static IEnumerable<Command> Create() =>
    [
        new Command("ledger", "What was done, by whom and why.")
        {
            ServerCommand.List("list", "List entries, newest first.", call => Query.On($"{call.App}/ledger", ("kind", call.Get(Kind))), "rows", ["number", "at", "kind", "actor", "subject", "why"], ServerOptions.App, Kind),
            ServerCommand.Create("verify", "Follow the chain of an app's ledger from its first entry. 'verify' proves more, from the storage account.", VerifyAsync, ServerOptions.App),
        },
        ServerCommand.Show("overview", "Show an app's figures at a glance.", call => $"{call.App}/statistics/overview", ServerOptions.App),
        ServerCommand.Show(
            "statistics",
            "Show series of what devices do; with --json for other programs.",
            call => Query.On($"{call.App}/statistics", ("step", call.Get(Step)), ("by", call.Get(By)), ("from", call.Get(From)), ("to", call.Get(Until))),
            ServerOptions.App, Step, By, From, Until),
        ServerCommand.Show("deliveries", "Show webhooks, and what could not be delivered.", _ => "deliveries"),
    ];

    private static async Task<int> VerifyAsync(ServerCall call, CancellationToken cancellation)
    {
        var path = $"{call.App}/ledger/verification";
        for (JsonObject? through = null; ;)
        {
            var followed = (await call.Server.ReadAsync(Query.On(path, ("after", $"{through?["through"]}"), ("hash", (string?)through?["hash"])), cancellation)).Body;
            if (followed["defect"] is not null)
            {
                call.Show(followed);
                return ExitCode.Rejected;
            }

            if ((bool)followed["isComplete"]!)
            {
                return call.Show(followed);
            }

            through = followed;
        }
    }
}
