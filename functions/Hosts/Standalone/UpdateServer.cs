using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Commands;
using Serverless.Hosts.Standalone;
using Serverless.Hosts.Standalone.Discovery;
using Serverless.Hosts.Standalone.Http;
using Serverless.Hosts.Standalone.LocalStorage;
using Serverless.Hosts.Standalone.Tls;
using Serverless.Storage;
using Serverless.SyntheticDevices;

namespace Serverless;

/// <summary>The standalone server: Kestrel, the trigger runner and, when no storage is configured, Azurite.</summary>
internal static class UpdateServer
{
    private const string DefaultAddress = "http://localhost:7071";

    /// <returns>The exit code: 0 after a clean stop; otherwise one sentence on the error output says why.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return CommandLine.IsCommand(args) ? await CommandLine.RunAsync(args) : await ServeAsync(args);
        }
        catch (Exception e) when (StartupFault.Explain(e) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        // Beside the rest, because most of a start is the first use of code, which takes one thread where two are free.
        var functions = Task.Run(() => FunctionCatalog.Discover(FunctionClasses.All));
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration.AddLocalSettings(args);
        LocalConfiguration.Complete(builder.Configuration);

        await using var azurite = await builder.StartLocalStorageAsync(CancellationToken.None);
        var storage = StorageProvisioner.Begin(builder.Configuration);
        var started = false;
        await using var app = Compose(builder, storage, await functions, isStarted: () => started);
        await app.StartAsync();
        started = true;
        app.Services.GetRequiredService<OwnAddress>().BindTo(app.Urls);
        await app.Services.GetRequiredService<WelcomeText>().WriteAsync(app.Urls.First(), isLocal: azurite is not null, app.Lifetime.ApplicationStopping);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static WebApplication Compose(WebApplicationBuilder builder, StorageProvisioner storage, FunctionCatalog functions, Func<bool> isStarted)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.Configuration["urls"] = DefaultAddress;
        }

        builder.Logging.AddReadableConsole(isStarted);
        builder.AddTelemetry();
        builder.AddTls();
        builder.AddUpdatePipeline();

        // Behind what need not wait for it, and before what takes work from it.
        builder.Services.AddHostedService(_ => storage);
        builder.Services.AddSingleton<WelcomeText>().AddHostedService(provider => provider.GetRequiredService<WelcomeText>());
        builder.AddStandaloneHost(functions);
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseMiddleware<RequestGuardMiddleware>();
        app.MapHttpFunctions();
        return app;
    }
}
