using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Commands.Server;
using Serverless.Hosts.Standalone;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Commands;

/// <summary><c>push &lt;folder|zip&gt; --app … --channel … --version …</c></summary>
internal static class PushCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("bundle") { Description = "The built web app: a folder with index.html, or its zip." };
        var app = new Option<string>("--app") { Description = "App id, such as com.example.app.", Required = true };
        var channel = new Option<string>("--channel") { Description = "Channel that is to offer it.", DefaultValueFactory = _ => "production" };
        var version = new Option<string>("--version") { Description = "Version, such as 1.4.2; never used twice for different content.", Required = true };
        var notes = new Option<string?>("--notes") { Description = "Kept with the release." };
        var minNative = new Option<string?>("--min-native") { Description = "Lowest native version the bundle runs in." };
        var rollbackFloor = new Option<string?>("--rollback-floor") { Description = "Lowest version that devices may go back to from it." };
        var allowMissingReady = new Option<bool>("--allow-missing-ready") { Description = "Accept a bundle that never calls notifyAppReady." };
        var allowDowngrade = new Option<bool>("--allow-downgrade") { Description = "Accept a version that is not higher than the channel's." };
        var allowContent = new Option<string?>("--allow-content") { Description = "Rules on content that the bundle may break, separated by commas." };
        var server = new Option<string?>("--server") { Description = $"Push to a server, such as https://updates.example.com, with the token in {ServerToken.Variable}; otherwise to its storage account." };
        var audience = new Option<string?>("--audience") { Description = "For whom the token of a GitHub workflow is made; the server's address unless its settings say otherwise." };
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait for the verdict.", DefaultValueFactory = _ => 300 };

        var command = new Command("push", "Check a bundle, upload it, and wait for intake's verdict.")
        {
            source, app, channel, version, notes, minNative, rollbackFloor, allowMissingReady, allowDowngrade, allowContent, server, audience, timeout,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new PushRequest(
                parsed.GetRequiredValue(source),
                $"{parsed.GetRequiredValue(app)}/{parsed.GetRequiredValue(channel)}/{parsed.GetRequiredValue(version)}.zip",
                Metadata(
                    (UploadMetadata.NotesKey, parsed.GetValue(notes)),
                    (UploadMetadata.MinNativeKey, parsed.GetValue(minNative)),
                    (UploadMetadata.RollbackFloorKey, parsed.GetValue(rollbackFloor)),
                    (UploadMetadata.AllowMissingReadyKey, parsed.GetValue(allowMissingReady) ? "true" : null),
                    (UploadMetadata.AllowDowngradeKey, parsed.GetValue(allowDowngrade) ? "true" : null),
                    (UploadMetadata.AllowContentKey, parsed.GetValue(allowContent))),
                TimeSpan.FromSeconds(parsed.GetValue(timeout))),
            parsed.GetValue(server),
            parsed.GetValue(audience),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(PushRequest request, string? server, string? audience, CancellationToken cancellation)
    {
        var configuration = new ConfigurationManager();
        configuration.AddLocalSettings([]);
        LocalConfiguration.Complete(configuration);
        var usesEmulator = server is null && LocalConfiguration.UsesLocalStorage(configuration);
        LocalConfiguration.UseLocalStorage(configuration);

        var described = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(TextConsole.Create())
            .AddOptions<BundleOptions>().BindConfiguration(BundleOptions.Section).Services
            .AddSingleton<BundleInspector>()
            .AddSingleton<BundlePush>();
        await using var services = (server is null ? described.AddStorageTarget() : described.AddServerTarget(server, audience)).BuildServiceProvider();
        try
        {
            return await services.GetRequiredService<BundlePush>().RunAsync(request, cancellation);
        }
        catch (Exception e) when (usesEmulator && StorageFault.IsUnavailable(e))
        {
            throw new StartupException("The local storage emulator does not answer: start the server first, which starts it.", e);
        }
    }

    private static IServiceCollection AddStorageTarget(this IServiceCollection services) => services
        .AddStorageClients()
        .AddSingleton<DropZone>()
        .AddSingleton<ReleaseCatalog>()
        .AddSingleton<UploadVerdicts>()
        .AddOptions<ContentOptions>().BindConfiguration(ContentOptions.Section).Services
        .AddSingleton<ContentReview>()
        .AddSingleton<IPushTarget, StoragePushTarget>();

    private static IServiceCollection AddServerTarget(this IServiceCollection services, string server, string? audience)
    {
        var address = ServerAddress.Parse(server);
        return services
            .AddSingleton(provider => new ServerConnection(address, Environment.GetEnvironmentVariable, audience, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IPushTarget, ServerPushTarget>();
    }

    private static Dictionary<string, string> Metadata(params (string Key, string? Value)[] values) =>
        values.Where(value => value.Value is not null).ToDictionary(value => value.Key, value => value.Value!);
}
