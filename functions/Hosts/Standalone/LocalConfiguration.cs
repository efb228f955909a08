using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Serverless.Hosts.Standalone.LocalStorage;
using Serverless.Signing;

namespace Serverless.Hosts.Standalone;

/// <summary>
/// The settings of a standalone run: <c>local.settings.json</c> as Core Tools know it, then the environment, then the command line. The server
/// and the commands read the same, so that they meet in the same storage.
/// </summary>
internal static class LocalConfiguration
{
    public const string DataFolder = nameof(DataFolder);

    private const string SettingsFile = "local.settings.json";

    public static IConfigurationBuilder AddLocalSettings(this IConfigurationBuilder builder, string[] args)
    {
        builder.AddInMemoryCollection(ReadSettingsFile());
        builder.AddEnvironmentVariables();
        builder.AddCommandLine(args);
        return builder;
    }

    /// <summary>Fills in what was left open: the data folder below the repository, and the keys in it.</summary>
    public static void Complete(ConfigurationManager configuration)
    {
        var folder = Path.GetFullPath(configuration[DataFolder] is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(RepositoryFolder.Find() ?? Directory.GetCurrentDirectory(), ".local"));
        configuration[DataFolder] = folder;
        configuration[$"{AzuriteOptions.Section}:{DataFolder}"] = folder;
        configuration[$"{SigningOptions.Section}:{nameof(SigningOptions.CreateMissing)}"] ??= bool.TrueString;
        if (string.IsNullOrEmpty(configuration[$"{SigningOptions.Section}:{nameof(SigningOptions.KeyFolder)}"]))
        {
            configuration[$"{SigningOptions.Section}:{nameof(SigningOptions.KeyFolder)}"] = Path.Combine(folder, "keys");
        }
    }

    /// <summary>True when the data is to be in the emulator that this host starts itself.</summary>
    public static bool UsesLocalStorage(IConfiguration configuration) =>
        string.IsNullOrEmpty(configuration[Storage.StorageOptions.Section]) && !configuration.GetSection(Storage.StorageOptions.Section).GetChildren().Any();

    /// <summary>For a command: the data is where a server with these settings keeps it.</summary>
    public static void UseLocalStorage(ConfigurationManager configuration)
    {
        if (UsesLocalStorage(configuration))
        {
            configuration[Storage.StorageOptions.Section] = EmulatorAccount.ConnectionString(
                configuration.GetSection(AzuriteOptions.Section).Get<AzuriteOptions>() ?? new AzuriteOptions());
        }
    }

    private static Dictionary<string, string?> ReadSettingsFile()
    {
        var folder = RepositoryFolder.Find() ?? Directory.GetCurrentDirectory();
        var path = new[] { Directory.GetCurrentDirectory(), folder }.Select(parent => Path.Combine(parent, SettingsFile)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return json.RootElement.TryGetProperty("Values", out var values)
                ? values.EnumerateObject().ToDictionary(value => value.Name.Replace("__", ":", StringComparison.Ordinal), value => (string?)value.Value.ToString())
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new StartupException($"'{path}' is not JSON with an object 'Values' of settings.");
        }
    }
}
