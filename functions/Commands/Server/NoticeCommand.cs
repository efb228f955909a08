using System.CommandLine;
using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary><c>notice</c>: what end users are told.</summary>
internal static class NoticeCommand
{
    private static readonly Argument<string> Id = new("notice") { Description = "Its id, as 'notice list' shows it." };
    private static readonly Option<string> File = new("--file") { Description = "JSON with the notice, as the API takes it; - for standard input.", Required = true };
    private static readonly Option<string?> Platform = new("--platform") { Description = "As a device with this platform sees it." };
    private static readonly Option<string?> Version = new("--version") { Description = "As a device on this version sees it." };
    private static readonly Option<string?> Language = new("--lang") { Description = "In this language, such as de." };

    public static IEnumerable<Command> Create() =>
    [
        new Command("notice", "What end users are told.")
        {
            ServerCommand.List("list", "List notices.", Notices, "notices", ["id", "state", "kind", "startsAt", "endsAt", "version"], ServerOptions.App),
            ServerCommand.Show("show", "Show a notice.", One, Id, ServerOptions.App),
            ServerCommand.Create("preview", "Show what a device would see of a notice that is not published yet.", PreviewAsync, ServerOptions.App, File, Platform, Version, Language),
            ServerCommand.Act("publish", "Publish a notice.", PublishAsync, ServerOptions.App, File),
            ServerCommand.Act("change", "Change a notice.", ChangeAsync, Id, ServerOptions.App, File),
            ServerCommand.Act("close", "Close a notice.", (call, cancellation) => call.ActAsync("Close the notice?", One(call), HttpMethod.Delete, One(call), order: null, rehearsal: null, cancellation), Id, ServerOptions.App),
        },
    ];

    private static string Notices(ServerCall call) => $"{call.App}/notices";

    private static string One(ServerCall call) => $"{Notices(call)}/{call.Escaped(Id)}";

    private static async Task<int> PreviewAsync(ServerCall call, CancellationToken cancellation) => call.Show(await PreviewAsync(call, await ReadAsync(call, cancellation), cancellation));

    private static async Task<JsonObject> PreviewAsync(ServerCall call, JsonObject notice, CancellationToken cancellation)
    {
        var order = new JsonObject { ["notice"] = notice.DeepClone(), ["platform"] = call.Get(Platform), ["version"] = call.Get(Version), ["lang"] = call.Get(Language) };
        return (await call.Server.SendAsync(HttpMethod.Post, $"{Notices(call)}/preview", order, ifMatch: null, cancellation)).Body;
    }

    private static async Task<int> PublishAsync(ServerCall call, CancellationToken cancellation)
    {
        var notice = await ReadAsync(call, cancellation);
        return await call.ActAsync("Publish it?", shown: null, HttpMethod.Post, Notices(call), notice, _ => PreviewAsync(call, notice, cancellation), cancellation);
    }

    private static async Task<int> ChangeAsync(ServerCall call, CancellationToken cancellation) =>
        await call.ActAsync("Change the notice?", One(call), HttpMethod.Put, One(call), await ReadAsync(call, cancellation), rehearsal: null, cancellation);

    private static Task<JsonObject> ReadAsync(ServerCall call, CancellationToken cancellation) => JsonFile.ReadAsync(call.Get(File)!, cancellation);
}
