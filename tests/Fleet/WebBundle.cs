using System.IO.Compression;
using System.Text;

namespace Serverless.Fleet;

/// <summary>Small web apps, made in memory, that differ in nothing but their version.</summary>
internal static class WebBundle
{
    // A fixed time stamp: the same version has the same bytes in every run, and publishing it twice is no conflict.
    private static readonly DateTimeOffset Stamp = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Create(string version)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "index.html", $"""
                <!doctype html><meta charset="utf-8"><title>Fleet {version}</title>
                <link rel="stylesheet" href="assets/app.css"><script type="module" src="assets/app.js"></script><h1>{version}</h1>
                """);
            Add(archive, "assets/app.css", "h1 { font: 2rem system-ui; }\n");
            Add(archive, "assets/app.js", $"export const version = '{version}';\nwindow.Capacitor?.Plugins.CapacitorUpdater.notifyAppReady();\n");
        }
        return bytes.ToArray();
    }

    private static void Add(ZipArchive archive, string name, string text)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = Stamp;
        using var content = entry.Open();
        content.Write(Encoding.UTF8.GetBytes(text));
    }
}
