using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Fixtures;

public sealed class BundleTests
{
    [Fact]
    public void Small_bundle_holds_a_page_and_what_it_links_to()
    {
        using var archive = Open(WebBundle.Small("1.4.1").Zip());

        Assert.Equal(["app.js", "index.html", "style.css", "version.json"], archive.Entries.Select(entry => entry.FullName));
        Assert.Contains("notifyAppReady()", Text(archive, "app.js"), StringComparison.Ordinal);
        Assert.Equal("""{"version":"1.4.1"}""", Text(archive, "version.json"));
    }

    [Fact]
    public void Bundle_in_a_folder_has_one_top_folder()
    {
        using var archive = Open(WebBundle.InFolder("dist", "1.4.1").With("img/logo.svg", "<svg/>").Without("style.css").Zip());

        Assert.Equal(
            ["dist/app.js", "dist/img/logo.svg", "dist/index.html", "dist/version.json"], archive.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public void Checksum_file_holds_the_digest_of_each_file()
    {
        using var archive = Open(WebBundle.Small("1.4.1").WithChecksumJson().Zip());
        using var document = JsonDocument.Parse(Text(archive, "checksum.json"));

        var digests = document.RootElement.GetProperty("files");

        Assert.Equal(4, digests.EnumerateObject().Count());
        // sha256 of {"version":"1.4.1"}, taken with sha256sum.
        Assert.Equal("8ab1ab0632811f253052ef54ab382b74db22a5cce42fc1bb09f84be284dd8fb3", digests.GetProperty("version.json").GetString());
    }

    [Fact]
    public void Checksum_file_can_lie()
    {
        var bundle = WebBundle.Small("1.4.1").WithChecksumJson(digests => $"{digests.Count} lies");

        Assert.Equal("4 lies"u8, bundle.Files["checksum.json"]);
    }

    [Fact]
    public async Task Versions_of_the_real_bundle_differ_in_two_small_files()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var app = await RealBundle.PrepareAsync(cancellationToken);

        var older = Digests(await app.ZipAsync("1.0.0", cancellationToken));
        var newer = Digests(await app.ZipAsync("1.0.1", cancellationToken));

        Assert.Equal(490, older.Count);
        Assert.Equal(["ready.js", "version.json"], newer.Where(file => older[file.Key] != file.Value).Select(file => file.Key).Order());
    }

    [Fact]
    public async Task Page_of_the_real_bundle_loads_the_script_that_reports_ready()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var app = await RealBundle.PrepareAsync(cancellationToken);

        using var archive = ZipFile.OpenRead(await app.ZipAsync("1.0.0", cancellationToken));

        Assert.Contains("""<script src="ready.js"></script>""", Text(archive, "index.html"), StringComparison.Ordinal);
        Assert.Contains("notifyAppReady()", Text(archive, "ready.js"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Real_bundle_prepared_many_times_at_once_is_prepared_once()
    {
        var apps = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RealBundle.PrepareAsync(TestContext.Current.CancellationToken)));

        Assert.All(apps, app => Assert.Equal(488, app.Files.Count));
    }

    [Fact]
    public async Task Big_bundle_has_the_size_and_the_files_asked_for()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");
        try
        {
            await BigBundle.WriteAsync(path, bytes: 20_000_000, files: 1_500, cancellationToken: TestContext.Current.CancellationToken);

            using var archive = ZipFile.OpenRead(path);
            Assert.Equal(1_500, archive.Entries.Count);
            Assert.InRange(new FileInfo(path).Length, 18_000_000, 22_000_000);
            Assert.NotNull(archive.GetEntry("index.html"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Versions_of_the_assorted_bundle_differ_in_one_small_file()
    {
        var older = AssortedBundle.Of("1.0.0");
        var newer = AssortedBundle.Of("1.0.1").Files;

        Assert.Equal(529, older.Files.Count);
        Assert.InRange(older.Forge().Measure().Length, 4_750_000, 5_250_000);
        Assert.Equal([AssortedBundle.EmptyFile], older.Files.Where(file => file.Value.Length == 0).Select(file => file.Key));
        Assert.Equal(["version.json"], newer.Where(file => !older.Files[file.Key].AsSpan().SequenceEqual(file.Value)).Select(file => file.Key));
        Assert.Equal(AssortedBundle.Of("1.0.0").Zip(), older.Zip());
    }

    private static ZipArchive Open(byte[] zip) => new(new MemoryStream(zip));

    private static string Text(ZipArchive archive, string name)
    {
        using var reader = new StreamReader(archive.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static Dictionary<string, string> Digests(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = entry.Open();
            return Convert.ToHexString(SHA256.HashData(content));
        });
    }
}
