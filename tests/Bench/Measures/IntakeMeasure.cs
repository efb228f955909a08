using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using Serverless.Bench.Load;
using Serverless.Storage;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Bench.Measures;

/// <summary>Bundles from the drop zone to their publication, beside what it takes to read, hash and inflate them once.</summary>
internal static class IntakeMeasure
{
    private const long MegaByte = 1 << 20;
    private const int Files = 1_500;
    private const double TimesOnce = 2;
    private const long MemoryBound = 150;
    private const double SlowestBound = 3;

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        var folder = Directory.CreateTempSubdirectory("serverless-bench-bundles-");
        try
        {
            var usual = await TakeInAsync(stage, folder, 20 * MegaByte);
            var calls = await CountCallsAsync(stage, folder, 20 * MegaByte);
            var big = stage.Options.BigBundle > 0 ? await TakeInAsync(stage, folder, stage.Options.BigBundle) : null;
            Intake[] all = big is null ? [usual] : [usual, big];
            var memory = all.Max(intake => intake.Memory);
            return new ResultTable(
                "Intake",
                $"A bundle of {Files:N0} files, from the end of its upload to its publication, signed by a local key; beside reading, hashing and inflating it once on one thread. "
                + $"The smaller one makes {calls:N0} calls to storage, because each file is stored by itself, for devices with a key and for those without. Memory is the peak over the idle process. Checks are the 99th percentile of up-to-date checks on 8 connections while it runs, and without it.",
                ["", "intake (s)", "once (s)", "ratio", "memory (MB)", "checks meanwhile (ms)", "checks idle (ms)"],
                [.. all.Select(intake => intake.Row)])
            {
                Verdicts =
                [
                    new Verdict("intake of a 20 MB / 1,500-file bundle", $"≤ {TimesOnce:N0} × of reading, hashing and inflating it once", $"{usual.Ratio:N1} ×", usual.Ratio <= TimesOnce),
                    new Verdict($"memory of intake, up to {all[^1].Bytes / MegaByte:N0} MB", $"≤ {MemoryBound} MB over idle", $"{memory / MegaByte:N0} MB", memory <= MemoryBound * MegaByte),
                    new Verdict("checks while a bundle is taken in", $"p99 ≤ {SlowestBound:N0} × of idle", $"{all[^1].Slowdown:N1} ×", all[^1].Slowdown <= SlowestBound),
                ],
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Intake> TakeInAsync(Stage stage, DirectoryInfo folder, long bytes)
    {
        var zip = Path.Combine(folder.FullName, $"{bytes}.zip");
        await BigBundle.WriteAsync(zip, bytes, Files);
        var once = await OnceAsync(zip);
        await using var server = await stage.StartAsync();
        using var checks = RequestFile.Checks(Stage.App, Stage.Version);
        var app = $"{Stage.App}.intake{bytes / MegaByte}";

        // The first one compiles what the second is measured by.
        await stage.DropAsync(app, "0.9.0", new BinaryData(WebBundle.Small("0.9.0").Zip()));
        await stage.PublishedAsync(app, "0.9.0");
        var quiet = await AskAsync();
        var idle = server.Memory.Now;
        await stage.DropAsync(app, "1.0.0", zip);
        var dropped = Stopwatch.GetTimestamp();
        await stage.PublishedAsync(app, "1.0.0");
        var taken = Stopwatch.GetElapsedTime(dropped);
        var memory = server.Memory.Peak - idle;

        // Apart from the time, which the load would make longer.
        await BigBundle.WriteAsync(zip, bytes, Files, seed: 2);
        await stage.DropAsync(app, "1.0.1", zip);
        var meanwhile = await AskAsync();
        await stage.PublishedAsync(app, "1.0.1");
        return new Intake(bytes, taken, once, memory, meanwhile.Slow, quiet.Slow);

        Task<LoadFigures> AskAsync() => LoadTool.RunAsync(server.Address, "/api/updates", checks.Path, connections: 8, stage.Options.Round);
    }

    private static async Task<int> CountCallsAsync(Stage stage, DirectoryInfo folder, long bytes)
    {
        var zip = Path.Combine(folder.FullName, $"{bytes}.zip");
        await BigBundle.WriteAsync(zip, bytes, Files, seed: 3);
        await using var proxy = await StorageProxy.StartAsync(stage.Storage);
        await using var server = await stage.StartAsync(KeyValuePair.Create("AzureWebJobsStorage", proxy.ConnectionString));
        const string app = $"{Stage.App}.counted";
        await stage.DropAsync(app, "1.0.0", zip);
        await stage.PublishedAsync(app, "1.0.0");
        return proxy.Count(request => request.Path.Contains(app, StringComparison.Ordinal) || request.Container is Containers.Files or Tables.FileSignatures);
    }

    /// <summary>The middle of three: each file read, inflated and hashed, and the zip hashed, one after the other.</summary>
    private static async Task<TimeSpan> OnceAsync(string zip)
    {
        var taken = new List<TimeSpan>();
        while (taken.Count < 3)
        {
            var started = Stopwatch.GetTimestamp();
            await using var file = File.OpenRead(zip);
            await SHA256.HashDataAsync(file);
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            foreach (var entry in archive.Entries)
            {
                await using var content = await entry.OpenAsync();
                await SHA256.HashDataAsync(content);
            }

            taken.Add(Stopwatch.GetElapsedTime(started));
        }

        return taken.Order().ElementAt(1);
    }

    private sealed record Intake(long Bytes, TimeSpan Taken, TimeSpan Once, long Memory, double ChecksMeanwhile, double ChecksIdle)
    {
        public double Ratio => Taken / Once;

        public double Slowdown => ChecksMeanwhile / ChecksIdle;

        public string[] Row =>
        [
            $"{Bytes / MegaByte:N0} MB", $"{Taken.TotalSeconds:N2}", $"{Once.TotalSeconds:N2}", $"{Ratio:N1}", $"{Memory / MegaByte:N0}", $"{ChecksMeanwhile:N1}", $"{ChecksIdle:N1}",
        ];
    }
}
