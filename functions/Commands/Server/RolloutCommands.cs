using System.CommandLine;
using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary><c>channels</c> and <c>rollout</c>.</summary>
internal static class RolloutCommands
{
    private static readonly Argument<string> Name = new("channel") { Description = "The channel, such as production." };
    private static readonly Option<string> Channel = new("--channel") { Description = "The channel.", DefaultValueFactory = _ => "production" };
    private static readonly Option<string> Candidate = new("--version") { Description = "The release to lead to.", Required = true };
    private static readonly Option<int> Percent = new("--percent") { Description = "Of the fleet, from 1 to 100.", Required = true };
    private static readonly Option<string> File = new("--file") { Description = "JSON with the settings; - for standard input.", Required = true };

    public static IEnumerable<Command> Create() =>
    [
        new Command("channels", "What devices follow.")
        {
            ServerCommand.List("list", "List channels, with where they lead.", call => $"{call.App}/channels", "channels", ["name", "target", "candidate", "policy.public", "policy.allowSelfSet", "policy.versions"], ServerOptions.App),
            ServerCommand.Show("show", "Show a channel with its policy.", call => $"{call.App}/channels/{call.Escaped(Name)}", Name, ServerOptions.App),
            ServerCommand.Act("set", "Change a channel's policy, by the members of a file.", SetPolicyAsync, Name, ServerOptions.App, File),
        },
        new Command("rollout", "How a channel moves to a new release, share by share.")
        {
            ServerCommand.Show("show", "Show the rollout that runs.", Rollout, ServerOptions.App, Channel),
            ServerCommand.Show("ramp", "Show the steps that a channel takes.", Ramp, ServerOptions.App, Channel),
            ServerCommand.Act("set-ramp", "Set the steps that a channel takes, from a file.", SetRampAsync, ServerOptions.App, Channel, File),
            Decide("start", "Begin a rollout to a release.", "Begin the rollout?", Candidate),
            Decide("pause", "Offer the candidate to nobody new.", "Pause the rollout?"),
            Decide("resume", "Go on with a rollout that was paused.", "Resume the rollout?"),
            Decide("raise", "Lead more devices to the candidate than the step does.", "Raise the rollout?", Percent),
            Decide("abort", "Lead everybody back to the stable release.", "Abort the rollout?"),
            Decide("finish", "Make the candidate the stable release.", "Finish the rollout?"),
        },
    ];

    private static string Rollout(ServerCall call) => $"{call.App}/channels/{call.Escaped(Channel)}/rollout";

    private static string Ramp(ServerCall call) => $"{call.App}/channels/{call.Escaped(Channel)}/ramp";

    private static Command Decide(string action, string description, string question, params Option[] options) => ServerCommand.Act(
        action,
        description,
        (call, cancellation) =>
        {
            var order = new JsonObject { ["action"] = action, ["reason"] = call.Get(ServerOptions.Reason) };
            if (options.Contains(Candidate))
            {
                order["version"] = call.Get(Candidate);
            }

            if (options.Contains(Percent))
            {
                order["percent"] = call.Get(Percent);
            }

            return call.ActAsync(question, Rollout(call), HttpMethod.Post, Rollout(call), order, rehearsal: null, cancellation);
        },
        [ServerOptions.App, Channel, ServerOptions.Reason, .. options]);

    private static async Task<int> SetPolicyAsync(ServerCall call, CancellationToken cancellation)
    {
        var path = $"{call.App}/channels/{call.Escaped(Name)}";
        return await call.ActAsync($"Change the policy of {call.Get(Name)}?", path, HttpMethod.Put, path, await JsonFile.ReadAsync(call.Get(File)!, cancellation), rehearsal: null, cancellation);
    }

    private static async Task<int> SetRampAsync(ServerCall call, CancellationToken cancellation) => await call.ActAsync(
        $"Change the ramp of {call.Get(Channel)}?", Ramp(call), HttpMethod.Put, Ramp(call), await JsonFile.ReadAsync(call.Get(File)!, cancellation), rehearsal: null, cancellation);
}
