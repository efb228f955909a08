using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Bundles;
using Serverless.Bundles.Content;
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
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait for the verdict.", DefaultValueFactory = _ => 300 };

        var command = new Command("push", "Check a bundle, upload it, and wait for intake's verdict.")
        {
            source, app, channel, version, notes, minNative, rollbackFloor, allowMissingReady, allowDowngrade, allowContent, timeout,
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
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(PushRequest request, CancellationToken cancellation)
    {
        var configuration = new ConfigurationManager();
        configuration.AddLocalSettings([]);
        LocalConfiguration.Complete(configuration);
        var usesEmulator = LocalConfiguration.UsesLocalStorage(configuration);
        LocalConfiguration.UseLocalStorage(configuration);

        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(TextConsole.Create())
            .AddOptions<BundleOptions>().BindConfiguration(BundleOptions.Section).Services
            .AddOptions<ContentOptions>().BindConfiguration(ContentOptions.Section).Services
            .AddStorageClients()
            .AddSingleton<DropZone>()
            .AddSingleton<ReleaseCatalog>()
            .AddSingleton<BundleInspector>()
            .AddSingleton<ContentReview>()
            .AddSingleton<BundlePush>()
            .BuildServiceProvider();
        try
        {
            return await services.GetRequiredService<BundlePush>().RunAsync(request, cancellation);
        }
        catch (Exception e) when (usesEmulator && StorageFault.IsUnavailable(e))
        {
            throw new StartupException("The local storage emulator does not answer: start the server first, which starts it.", e);
        }
    }

    private static Dictionary<string, string> Metadata(params (string Key, string? Value)[] values) =>
        values.Where(value => value.Value is not null).ToDictionary(value => value.Key, value => UploadMetadata.Encode(value.Value!));
}
