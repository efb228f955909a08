using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;

namespace Serverless.Fleet;

/// <summary>The command line: its options, and what is printed around the story.</summary>
internal static class FleetCommand
{
    private const string TokenVariable = "SERVERLESS_TOKEN";
    private const string Azurite = "UseDevelopmentStorage=true";

    private static readonly Option<Uri> Server = new("--server")
    {
        Description = "Base address of the server.",
        DefaultValueFactory = _ => new Uri("http://localhost:7071"),
        CustomParser = ReadAddress,
    };

    private static readonly Option<string> App = new("--app") { Description = "App id; a new one for each run keeps runs apart.", DefaultValueFactory = _ => "com.example.fleet" };
    private static readonly Option<string> Channel = new("--channel") { Description = "Channel in the drop zone.", DefaultValueFactory = _ => "production" };
    private static readonly Option<string> Storage = new("--storage") { Description = "Connection string of the drop zone.", DefaultValueFactory = _ => Azurite };
    private static readonly Option<int> Devices = new("--devices") { Description = "How many devices.", DefaultValueFactory = _ => 200 };
    private static readonly Option<double> BadShare = new("--bad-share") { Description = "Share of devices on which 1.2.0 fails.", DefaultValueFactory = _ => 0.2 };
    private static readonly Option<PlatformMix> BadPlatform = new("--bad-platform")
    {
        Description = "Where 1.2.0 fails; mix is everywhere, without a ramp.",
        DefaultValueFactory = _ => PlatformMix.Ios,
    };

    private static readonly Option<PlatformMix> Platform = new("--platform") { Description = "Which platforms." };
    private static readonly Option<bool> OlderPlugins = new("--older-plugins") { Description = "A third of the devices hold older plugins." };
    private static readonly Option<FileInfo?> Key = new("--key") { Description = "The app's public key, PKCS#1 PEM." };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Connections = new("--connections") { Description = "How many devices talk at the same time.", DefaultValueFactory = _ => 32 };
    private static readonly Option<double> Spread = new("--spread") { Description = "Seconds over which the devices meet 1.2.0.", DefaultValueFactory = _ => 8 };
    private static readonly Option<double> Patience = new("--patience") { Description = "Seconds to wait for each thing that should happen.", DefaultValueFactory = _ => 60 };
    private static readonly Option<double> Load = new("--load") { Description = "Afterwards, seconds of checks as fast as possible." };

    public static RootCommand Create()
    {
        var command = new RootCommand("A fleet of devices that live through two good releases and one that is bad on a platform.")
        {
            Server, App, Channel, Storage, Devices, BadShare, BadPlatform, Platform, OlderPlugins, Key, Seed, Connections, Spread, Patience, Load,
        };
        Devices.Validators.Add(RequireOneOrMore);
        Connections.Validators.Add(RequireOneOrMore);
        BadShare.Validators.Add(share =>
        {
            if (share.GetValueOrDefault<double>() is < 0 or > 1)
            {
                share.AddError("--bad-share is between 0 and 1.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static void RequireOneOrMore(OptionResult number)
    {
        if (number.GetValueOrDefault<int>() < 1)
        {
            number.AddError($"{number.Option.Name} is 1 or more.");
        }
    }

    private static Uri? ReadAddress(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var address))
        {
            return address;
        }
        argument.AddError($"'{argument.Tokens[0].Value}' is not an absolute URL.");
        return null;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = new FleetOptions
        {
            Server = line.GetValue(Server)!,
            App = line.GetValue(App)!,
            Devices = line.GetValue(Devices),
            BadShare = line.GetValue(BadShare),
            BadPlatform = line.GetValue(BadPlatform),
            Platform = line.GetValue(Platform),
            OlderPlugins = line.GetValue(OlderPlugins),
            PublicKey = line.GetValue(Key) is { } key ? await File.ReadAllTextAsync(key.FullName, cancellationToken) : null,
            Seed = line.GetValue(Seed),
            Connections = line.GetValue(Connections),
            Spread = TimeSpan.FromSeconds(line.GetValue(Spread)),
            Patience = TimeSpan.FromSeconds(line.GetValue(Patience)),
        };
        var token = Environment.GetEnvironmentVariable(TokenVariable);
        if (options.BadPlatform is not PlatformMix.Mix && string.IsNullOrEmpty(token))
        {
            await Console.Error.WriteLineAsync($"The operator of the story needs a token of the server in {TokenVariable}; the server prints one at its first start.");
            return 1;
        }

        using var http = CreateClient(options.Connections);
        var fleet = new DeviceFleet(options, http, badVersion: "1.2.0");
        var dropZone = new DropZone(line.GetValue(Storage)!, options.App, line.GetValue(Channel)!);
        Story story = options.BadPlatform is PlatformMix.Mix
            ? new FleetStory(fleet, options, dropZone.PublishAsync)
            : new RolloutStory(fleet, options, dropZone.PublishAsync, new Operator(http, options.Server, options.App, line.GetValue(Channel)!, token!));
        IStage stage = Console.IsOutputRedirected ? new PlainStage(Console.Out) : new LiveStage(AnsiConsole.Console);
        story.Happened += stage.Show;

        var telling = story.TellAsync(cancellationToken);
        await stage.PlayAsync(fleet, telling);
        Print(string.Create(CultureInfo.InvariantCulture, $"checks: {fleet.Latencies.Count}, {Describe(fleet.Latencies)}"));
        var endedWell = (await telling).Count == 0;
        if (endedWell && TimeSpan.FromSeconds(line.GetValue(Load)) is { Ticks: > 0 } duration)
        {
            endedWell = await LoadAsync(fleet, options, duration, cancellationToken);
        }
        Print(endedWell ? "The story ended as told." : "The story did not end as told.");
        return endedWell ? 0 : 1;
    }

    private static async Task<bool> LoadAsync(DeviceFleet fleet, FleetOptions options, TimeSpan duration, CancellationToken cancellationToken)
    {
        var result = await LoadRun.RunAsync(fleet.Devices, options.Connections, duration, cancellationToken);
        Print(string.Create(
            CultureInfo.InvariantCulture,
            $"load: {result.ChecksPerSecond:N0} checks/s over {options.Connections} connections, {Describe(result.Latencies)}"));
        foreach (var complaint in result.Complaints.CountBy(complaint => complaint).Take(5))
        {
            Print($"load: {complaint.Value} times {complaint.Key}");
        }
        return result.Complaints.Count == 0;
    }

    private static string Describe(Latencies latencies) => string.Create(
        CultureInfo.InvariantCulture,
        $"p50 {latencies.Percentile(0.50).TotalMilliseconds:0.0} ms, p99 {latencies.Percentile(0.99).TotalMilliseconds:0.0} ms");

    private static HttpClient CreateClient(int connections) =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseCookies = false });

    private static void Print(string line) => Console.Out.WriteLine(line);
}
