using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Serverless.Hosts.Standalone.LocalStorage;

/// <summary>Gives an application that has no storage the local emulator.</summary>
internal static class LocalStorageHosting
{
    /// <summary>
    /// Starts Azurite when no storage is configured, and sets <c>AzureWebJobsStorage</c> to it. To be called before anything reads that setting.
    /// </summary>
    /// <returns>The emulator, to be disposed after the host has stopped; null when storage is configured.</returns>
    /// <exception cref="StartupException">It cannot start.</exception>
    public static async Task<AzuriteProcess?> StartLocalStorageAsync(this IHostApplicationBuilder builder, CancellationToken cancellation)
    {
        if (!LocalConfiguration.UsesLocalStorage(builder.Configuration))
        {
            return null;
        }

        await Console.Out.WriteLineAsync("No storage is configured: starting the local emulator (the first start installs it, which takes a while).");
        var options = builder.Configuration.GetSection(AzuriteOptions.Section).Get<AzuriteOptions>() ?? new AzuriteOptions();
        var azurite = await AzuriteProcess.StartAsync(options, cancellation);
        builder.Configuration[Storage.StorageOptions.Section] = azurite.ConnectionString;
        return azurite;
    }
}
