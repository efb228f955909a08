using System.CommandLine;
using System.Text.Json.Nodes;
using Serverless.Access;

namespace Serverless.Commands.Server;

/// <summary><c>tokens</c> and <c>approvals</c>.</summary>
internal static class AccessCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "Tells the token apart, such as ci-2026." };
    private static readonly Option<string[]> Scopes = new("--scopes") { Description = $"What its holder may do: {string.Join(", ", ScopeWords.All)}.", Required = true, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Apps = new("--apps") { Description = "The apps it is limited to.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Days = new("--days") { Description = "How long it is good for.", DefaultValueFactory = _ => 90 };

    private static readonly Argument<string> Version = new("version") { Description = "The version that waits." };
    private static readonly Option<string> Channel = new("--channel") { Description = "The channel.", DefaultValueFactory = _ => "production" };
    private static readonly Option<int> Percent = new("--percent") { Description = "Up to which share of the fleet.", DefaultValueFactory = _ => 100 };

    public static IEnumerable<Command> Create() =>
    [
        new Command("tokens", "Who may call the API.")
        {
            ServerCommand.List("list", "List tokens, without what they are.", _ => "tokens", "tokens", ["name", "scopes", "apps", "issuedBy", "expiresAt", "revokedAt", "lastUsed"]),
            ServerCommand.Create("create", "Issue a token, and show it this once.", IssueAsync, Name, Scopes, Apps, Days),
            ServerCommand.Act("revoke", "Revoke a token.", RevokeAsync, Name),
        },
        new Command("approvals", "Releases that need somebody's consent.")
        {
            ServerCommand.List("list", "List what was asked for, waiting ones first.", call => $"{call.App}/approvals", "approvals", ["channel", "version", "state", "granted", "required", "percent", "uploadedBy", "askedAt"], ServerOptions.App),
            ServerCommand.Show("show", "Show what was asked for.", One, Version, ServerOptions.App, Channel),
            Decide("approve", "approve", "Approve a release.", "Approve it?", Percent),
            Decide("decline", "decline", "Decline a release.", "Decline it?"),
            Decide("take-back", "withdraw", "Take an approval back.", "Take your approval back?"),
            Decide("break-glass", "break_glass", "Publish without the approvals, which everybody is told.", "Publish it without the approvals?"),
        },
    ];

    private static string One(ServerCall call) => $"{call.App}/channels/{call.Escaped(Channel)}/approvals/{call.Escaped(Version)}";

    private static async Task<int> IssueAsync(ServerCall call, CancellationToken cancellation)
    {
        var order = new JsonObject { ["name"] = call.Get(Name), ["scopes"] = new JsonArray([.. call.Get(Scopes)!.Select(scope => JsonValue.Create(scope))]), ["days"] = call.Get(Days) };
        if (call.Get(Apps) is { Length: > 0 } apps)
        {
            order["apps"] = new JsonArray([.. apps.Select(app => JsonValue.Create(app))]);
        }

        return call.Show((await call.Server.SendAsync(HttpMethod.Post, "tokens", order, ifMatch: null, cancellation)).Body);
    }

    private static Task<int> RevokeAsync(ServerCall call, CancellationToken cancellation) => call.ActAsync(
        $"Revoke {call.Get(Name)}?", shown: null, HttpMethod.Delete, $"tokens/{call.Escaped(Name)}", order: null, rehearsal: null, cancellation);

    // What was read is what is approved: the digest goes with the word.
    private static Command Decide(string name, string action, string description, string question, params Option[] options) => ServerCommand.Act(
        name,
        description,
        async (call, cancellation) =>
        {
            var asked = await call.Server.ReadAsync(One(call), cancellation);
            var order = new JsonObject { ["action"] = action, ["sha256"] = (string?)asked.Body["sha256"], ["reason"] = call.Get(ServerOptions.Reason) };
            if (options.Contains(Percent))
            {
                order["percent"] = call.Get(Percent);
            }

            return await call.ActAsync(question, asked, HttpMethod.Post, One(call), order, rehearsal: null, cancellation);
        },
        [Version, ServerOptions.App, Channel, ServerOptions.Reason, .. options]);
}
