using System.CommandLine;
using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary>What <c>keys</c> can do on a server: which keys are good for what, and how far a rotation has come.</summary>
internal static class KeyCommands
{
    private static readonly Argument<string> Key = new("key") { Description = "Its id, as 'keys list' shows it." };
    private static readonly Option<string?> App = new("--app") { Description = "For this app alone; otherwise for all." };
    private static readonly Option<string> Answer = new("--answer") { Description = "What devices that carry it are answered: builtin or block.", Required = true };
    private static readonly Option<bool> Force = new("--force") { Description = "Although devices carry it." };

    public static IEnumerable<Command> Create() =>
    [
        ServerCommand.List("list", "List keys, with the releases and devices that need them.", Keys, "keys", ["keyId", "name", "state", "answer", "devices.carrying", "devices.seen", "releases.inUse", "releases.signed", "knownSince"], App),
        Act("retire", "Sign with a key no longer.", "Retire the key?", Force),
        Act("disable", "Trust a key no longer.", "Disable the key?", Answer),
        Act("enable", "Trust a key again.", "Enable the key?"),
    ];

    private static string Keys(ServerCall call) => call.Get(App) is { } app ? $"apps/{Uri.EscapeDataString(app)}/keys" : "keys";

    private static Command Act(string action, string description, string question, params Option[] options) => ServerCommand.Act(
        action,
        description,
        (call, cancellation) =>
        {
            var order = new JsonObject { ["reason"] = call.Get(ServerOptions.Reason) };
            if (options.Contains(Answer))
            {
                order["answer"] = call.Get(Answer);
            }

            if (options.Contains(Force))
            {
                order["force"] = call.Get(Force);
            }

            return call.ActAsync(question, Keys(call), HttpMethod.Post, $"{Keys(call)}/{call.Escaped(Key)}/{action}", order, rehearsal: null, cancellation);
        },
        [Key, App, ServerOptions.Reason, .. options]);
}
