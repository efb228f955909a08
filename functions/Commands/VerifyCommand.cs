using System.CommandLine;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Bundles;
using Serverless.Hosts.Standalone;
using Serverless.Signing;
using Serverless.Storage;
using Spectre.Console;

namespace Serverless.Commands;

/// <summary><c>verify</c>, <c>verify --offline …</c> and <c>verify export …</c></summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var app = new Option<string?>("--app") { Description = "Only this app." };
        var keys = new Option<string?>("--keys") { Description = "Public keys: a PEM file, or a folder of them. Without it, those that the custodian shows." };
        var offline = new Option<string?>("--offline") { Description = "Read an export instead of the storage account; uses no network." };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON." };
        var verify = new Command("verify", "Recompute ledgers, seals, releases, blobs and signatures, and name the first that does not match.") { app, keys, offline, json };
        verify.SetAction((parsed, cancellation) => VerifyAsync(
            parsed.GetValue(app), parsed.GetValue(keys), parsed.GetValue(offline), parsed.GetValue(json), cancellation));

        var folder = new Argument<string>("folder") { Description = "Where to; made when it is missing." };
        var export = new Command("export", "Copy what verify reads into a folder, for verify --offline.") { folder };
        export.SetAction((parsed, cancellation) => ExportAsync(parsed.GetRequiredValue(folder), cancellation));
        verify.Add(export);
        return verify;
    }

    private static async Task<int> VerifyAsync(string? app, string? keys, string? offline, bool asJson, CancellationToken cancellation)
    {
        AppId? only = app is null ? null : AppId.TryParse(app, out var id) ? id : throw new StartupException($"'{app}' is not an app id.");
        if (offline is not null && !Directory.Exists(ExportLayout.CatalogFolder(offline)))
        {
            throw new StartupException($"There is no export in '{offline}': make one with 'verify export'.");
        }

        await using var services = Services();
        IAuditSource source = offline is null ? Storage(services) : new ExportAuditSource(offline);
        var known = keys is null ? await AskCustodianAsync(services, cancellation) : AuditKeys.Read(keys);
        var console = TextConsole.Create();
        Task<AuditReport> RunAsync(Action<string, AuditTally>? progress) =>
            new Audit(source, known, services.GetRequiredService<IConfiguration>()[$"{BundleOptions.Section}:{nameof(BundleOptions.TempFolder)}"] ?? "", progress).RunAsync(only, cancellation);

        var report = asJson
            ? await RunAsync(progress: null)
            : await console.Status().StartAsync("Verifying", status => RunAsync((what, tally) => status.Status($"Verifying {Markup.Escape(what)} ({tally.Blobs} blobs)")));
        Print(report, asJson, console);
        return report.Holds ? ExitCode.Done : ExitCode.Rejected;
    }

    private static void Print(AuditReport report, bool asJson, IAnsiConsole console)
    {
        if (asJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, AuditJson.Default.AuditReport));
            return;
        }

        console.MarkupLineInterpolated($"[grey]keys[/]     {report.Keys}");
        console.MarkupLineInterpolated($"[grey]checked[/]  {report.Checked}");
        if (report.Holds)
        {
            console.MarkupLine("[green]Holds[/]: nothing differs.");
        }
        else
        {
            console.MarkupLineInterpolated($"[red]Mismatch[/] in {report.App}: {report.Mismatch}");
        }
    }

    private static async Task<int> ExportAsync(string folder, CancellationToken cancellation)
    {
        await using var services = Services();
        var console = TextConsole.Create();
        await console.Status().StartAsync(
            "Exporting", status => new AuditExport(Storage(services), what => status.Status($"Exporting {Markup.Escape(what)}")).RunAsync(folder, cancellation));
        console.MarkupLineInterpolated($"[green]Exported[/] to {folder}");
        return ExitCode.Done;
    }

    private static async Task<AuditKeys> AskCustodianAsync(IServiceProvider services, CancellationToken cancellation) => AuditKeys.From(
        (await services.GetRequiredService<ICustodian>().GetKeysAsync(cancellation)).Select(key => key.PublicKey),
        "public keys from the custodian, which proves less than keys of your own (--keys)");

    private static StorageAuditSource Storage(IServiceProvider services) =>
        new(services.GetRequiredService<TableServiceClient>(), services.GetRequiredService<BlobServiceClient>());

    private static ServiceProvider Services()
    {
        var configuration = new ConfigurationManager();
        configuration.AddLocalSettings([]);
        LocalConfiguration.Complete(configuration);
        LocalConfiguration.UseLocalStorage(configuration);

        // Looking for a key must not make one.
        configuration[$"{SigningOptions.Section}:{nameof(SigningOptions.CreateMissing)}"] = bool.FalseString;
        return new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddStorageClients()
            .AddSigning()
            .BuildServiceProvider();
    }
}
