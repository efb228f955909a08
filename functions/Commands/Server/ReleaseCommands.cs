using System.CommandLine;
using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary><c>apps</c>, <c>releases</c>, <c>promote</c>, <c>rollback</c>, <c>retention</c> and <c>quarantine</c>.</summary>
internal static class ReleaseCommands
{
    private static readonly Argument<string> Version = new("version") { Description = "The release, such as 1.4.2." };
    private static readonly Option<string> Channel = new("--channel") { Description = "The channel that is to offer it.", Required = true };
    private static readonly Option<string?> To = new("--to") { Description = "The release to go back to, instead of the newest that can be served." };
    private static readonly Option<bool> AllowDowngrade = new("--allow-downgrade") { Description = "Also when it is not higher than the channel's." };
    private static readonly Option<string[]> AllowContent = new("--allow-content") { Description = "Rules on content that it may break.", AllowMultipleArgumentsPerToken = true };

    public static IEnumerable<Command> Create() =>
    [
        ServerCommand.List("apps", "List the apps, with what is in them.", _ => "apps", "apps", ["id", "releases", "channels", "openIncidents", "lastRelease.version", "lastRelease.createdAt"]),
        new Command("releases", "What was published.")
        {
            ServerCommand.List("list", "List releases, newest first.", call => $"{call.App}/releases", "releases", ["version", "state", "channels", "createdAt", "files", "size", "notes"], ServerOptions.App),
            ServerCommand.Show("show", "Show a release: digests, signed forms, channels, outcomes, and the evidence against it.", One, Version, ServerOptions.App),
        },
        ServerCommand.Act("promote", "Bring a release to another channel.", PromoteAsync, Version, ServerOptions.App, Channel, AllowDowngrade, AllowContent, ServerOptions.DryRun),
        ServerCommand.Act("rollback", "Withdraw a release: its channels go back to what can be proven to be good.", RollBackAsync, Version, ServerOptions.App, ServerOptions.NeededReason, To, ServerOptions.DryRun),
        ServerCommand.List("retention", "List what the next run of retention collects, and why the rest stays.", call => $"{call.App}/retention", "releases", ["version", "stays", "because", "createdAt", "size"], ServerOptions.App),
        ServerCommand.List("quarantine", "List refused uploads, with the reason.", call => $"{call.App}/quarantine", "uploads", ["upload", "code", "sentence", "entry", "at"], ServerOptions.App),
    ];

    private static string One(ServerCall call) => $"{call.App}/releases/{call.Escaped(Version)}";

    private static Task<int> PromoteAsync(ServerCall call, CancellationToken cancellation) => ActAsync(
        call,
        $"Bring {call.Get(Version)} to {call.Get(Channel)}?",
        new JsonObject
        {
            ["action"] = "promote",
            ["channel"] = call.Get(Channel),
            ["allowDowngrade"] = call.Get(AllowDowngrade),
            ["allowContent"] = new JsonArray([.. (call.Get(AllowContent) ?? []).Select(rule => JsonValue.Create(rule))]),
        },
        cancellation);

    private static Task<int> RollBackAsync(ServerCall call, CancellationToken cancellation) => ActAsync(
        call,
        $"Withdraw {call.Get(Version)}?",
        new JsonObject { ["action"] = "withdraw", ["reason"] = call.Get(ServerOptions.NeededReason), ["to"] = call.Get(To) },
        cancellation);

    private static Task<int> ActAsync(ServerCall call, string question, JsonObject order, CancellationToken cancellation)
    {
        var rehearsal = order.DeepClone().AsObject();
        rehearsal["dryRun"] = true;
        return call.ActAsync(
            question,
            One(call),
            HttpMethod.Post,
            One(call),
            order,
            async etag => (await call.Server.SendAsync(HttpMethod.Post, One(call), rehearsal, etag, cancellation)).Body,
            cancellation);
    }
}
