using System.CommandLine;
using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary><c>explain</c> and <c>devices</c>. Devices are named by the id that they show to their owner; the server makes its pseudonym of it.</summary>
internal static class DeviceCommands
{
    private static readonly Argument<string> Device = new("device") { Description = "The device's id, as getDeviceId() tells it." };
    private static readonly Option<string?> Version = new("--version") { Description = "The release to pin it to." };
    private static readonly Option<string?> Channel = new("--channel") { Description = "The channel to pin it to." };

    // As the plugin calls them, which the API does, too.
    private static readonly (Option<string?> Option, string Name)[] Facts =
    [
        Fact("--platform", "platform", "ios, android or electron."),
        Fact("--version-build", "version_build", "Version of the native app."),
        Fact("--version-name", "version_name", "The bundle that it runs."),
        Fact("--plugin-version", "plugin_version", "Version of the plugin."),
        Fact("--default-channel", "defaultChannel", "The channel that the app asks for."),
        Fact("--key-id", "key_id", "The beginning of the public key in the app."),
        Fact("--version-os", "version_os", "Version of its operating system."),
        Fact("--is-prod", "is_prod", "Whether it is a production build."),
        Fact("--is-emulator", "is_emulator", "Whether it is an emulator."),
    ];

    public static IEnumerable<Command> Create() =>
    [
        ServerCommand.Show(
            "explain",
            "Explain what a device is answered, rule by rule.",
            call => Query.On($"{One(call)}/explain", Facts.Select(fact => (fact.Name, call.Get(fact.Option)))),
            [Device, ServerOptions.App, .. Facts.Select(fact => fact.Option)]),
        new Command("devices", "Single devices.")
        {
            ServerCommand.Show("show-pin", "Show where a device is pinned.", call => $"{One(call)}/pin", Device, ServerOptions.App),
            ServerCommand.Act("pin", "Pin a device to a release or a channel.", PinAsync, Device, ServerOptions.App, Version, Channel),
            ServerCommand.Act("unpin", "Let a device follow its channel again.", (call, cancellation) => ActAsync(call, "Take the pin off?", HttpMethod.Delete, order: null, cancellation), Device, ServerOptions.App),
            ServerCommand.Act("erase", "Erase what is held about a device, as its owner may ask.", EraseAsync, Device, ServerOptions.App, ServerOptions.DryRun),
            ServerCommand.Create("ticket", "Issue a ticket that vouches for a device.", TicketAsync, Device, ServerOptions.App),
        },
    ];

    private static (Option<string?>, string) Fact(string option, string name, string description) => (new Option<string?>(option) { Description = description }, name);

    private static string One(ServerCall call) => $"{call.App}/devices/{call.Escaped(Device)}";

    private static Task<int> PinAsync(ServerCall call, CancellationToken cancellation) =>
        ActAsync(call, "Pin the device?", HttpMethod.Put, new JsonObject { ["version"] = call.Get(Version), ["channel"] = call.Get(Channel) }, cancellation);

    private static Task<int> ActAsync(ServerCall call, string question, HttpMethod method, JsonObject? order, CancellationToken cancellation) =>
        call.ActAsync(question, $"{One(call)}/pin", method, $"{One(call)}/pin", order, rehearsal: null, cancellation);

    private static Task<int> EraseAsync(ServerCall call, CancellationToken cancellation) => call.ActAsync(
        "Erase all of it? This cannot be undone.",
        shown: null,
        HttpMethod.Delete,
        One(call),
        order: null,
        async _ => (await call.Server.SendAsync(HttpMethod.Delete, $"{One(call)}?dry_run=true", body: null, ifMatch: null, cancellation)).Body,
        cancellation);

    private static async Task<int> TicketAsync(ServerCall call, CancellationToken cancellation) =>
        call.Show((await call.Server.SendAsync(HttpMethod.Post, $"{call.App}/tickets", new JsonObject { ["device"] = call.Get(Device) }, ifMatch: null, cancellation)).Body);
}
