using System.Text;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Support.Bundles;

/// <summary>
/// A real, built web app as a bundle: the administration page of ioBroker (MIT), 488 files and 30 MB with hashed chunks, source maps, names with
/// spaces, and, as in real life, a touch icon that the page links to but the build lacks (<c>logo192.png</c>).
/// </summary>
/// <example><code>
/// var app = await RealBundle.PrepareAsync(cancellationToken);
/// var path = await app.ZipAsync("1.4.1", cancellationToken);
/// </code></example>
public sealed class RealBundle
{
    private const string WebFolder = "adminWww";

    private static readonly NpmPackage Package = new(
        "iobroker.admin", "7.8.20", "sha512-nB8lqrlHXdOuYeKP6ohlFRQ1O5kNc9J9sZi9KrYYB59/FbWUwjY5GV6tdDxL19cV2W/9fAz/KTKupq0mE6fR1g==");

    private static readonly TimeSpan ZipDeadline = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly string _zips;

    private RealBundle(string folder, string zips)
    {
        _folder = folder;
        _zips = zips;
        Files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The app's own files, by path in the zip; each zip adds <c>ready.js</c> and <c>version.json</c>.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Fetches the app with npm at first use on a checkout (33 MB), then takes it from the cache.</summary>
    /// <exception cref="InvalidOperationException">npm is missing or failed, or what it brought is not the pinned package.</exception>
    public static async Task<RealBundle> PrepareAsync(CancellationToken cancellationToken = default)
    {
        var cache = Repository.Cache("npm");
        return new RealBundle(Path.Combine(await Package.UnpackAsync(cache, cancellationToken), WebFolder), Repository.Cache($"{Package.Id}-zips"));
    }

    /// <summary>
    /// The app under a version: <c>ready.js</c>, which calls <c>notifyAppReady</c>, and <c>version.json</c> tell versions apart, and
    /// <c>index.html</c> loads the former; every other file is the same in all versions. The same version gives the same bytes.
    /// </summary>
    /// <returns>The path of the zip. It is shared by all tests: read it, do not change it.</returns>
    public async Task<string> ZipAsync(string version, CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(_zips, $"{version}.zip");
        using var guard = await FileLock.AcquireAsync(path + ".lock", ZipDeadline, cancellationToken);
        if (!File.Exists(path))
        {
            var scratch = path + ".scratch";
            await Task.Run(() => Forge(version).WriteTo(scratch), cancellationToken);
            File.Move(scratch, path);
        }

        return path;
    }

    private ZipForge Forge(string version) => Files
        .Aggregate(new ZipForge(), (forge, file) => forge.File(file, Content(file)))
        .File("ready.js", $"window.Capacitor?.Plugins.CapacitorUpdater.notifyAppReady(); // {version}\n")
        .File("version.json", $$"""{"version":"{{version}}"}""");

    private ZipContent Content(string file)
    {
        var path = Path.Combine(_folder, file);
        return file == "index.html"
            ? File.ReadAllText(path, Encoding.UTF8).Replace("</head>", "<script src=\"ready.js\"></script></head>", StringComparison.Ordinal)
            : ZipContent.FromFile(path);
    }
}
