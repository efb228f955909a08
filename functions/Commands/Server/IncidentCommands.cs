using System.CommandLine;
using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary><c>incidents</c> and <c>errors</c>.</summary>
internal static class IncidentCommands
{
    private static readonly Argument<string> Version = new("version") { Description = "The release that it is about." };
    private static readonly Option<string?> To = new("--to") { Description = "The release to lead to." };
    private static readonly Option<string?> OfVersion = new("--version") { Description = "Of this release alone." };
    private static readonly Option<string?> Code = new("--code") { Description = "With this code alone, such as app_crash." };

    public static IEnumerable<Command> Create() =>
    [
        new Command("incidents", "Releases that were decided against, and what came of it.")
        {
            ServerCommand.List("list", "List incidents, newest first.", call => $"{call.App}/incidents", "incidents", ["version", "kind", "state", "openedAt", "closedAt", "reason"], ServerOptions.App),
            ServerCommand.Show("show", "Show an incident: reason, plan, moves, and each step with its time.", One, Version, ServerOptions.App),
            Decide("takeover", "Take it into your own hands: the server does nothing about it any more.", "Take over the incident?"),
            Decide("resolve", "Say that it is over.", "Resolve the incident?"),
            Decide("rollback", "Lead its channels to another release than was planned.", "Lead back?", To),
            Decide("rollforward", "Lead its channels to a release with the fix.", "Lead forward?", To),
        },
        ServerCommand.List("errors", "List what goes wrong on devices, by cause.", call => Query.On($"{call.App}/errors", ("version", call.Get(OfVersion)), ("code", call.Get(Code))), "errors", ["version", "code", "line", "devices", "firstSeenAt", "lastSeenAt", "likelyCause"], ServerOptions.App, OfVersion, Code),
    ];

    private static string One(ServerCall call) => $"{call.App}/incidents/{call.Escaped(Version)}";

    private static Command Decide(string action, string description, string question, params Option<string?>[] options) => ServerCommand.Act(
        action,
        description,
        (call, cancellation) => call.ActAsync(
            question,
            One(call),
            HttpMethod.Post,
            One(call),
            new JsonObject { ["action"] = action, ["reason"] = call.Get(ServerOptions.NeededReason), ["to"] = options.Contains(To) ? call.Get(To) : null },
            rehearsal: null,
            cancellation),
        [Version, ServerOptions.App, ServerOptions.NeededReason, .. options]);
}
