using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Device;
using Serverless.Device.Bundles;
using Serverless.Releases;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Zips;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Zips that some devices would choke on are served rewritten; what the app is made of stays the same to the byte.</summary>
public sealed class RepackTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly WebBundle App = WebBundle.InFolder("dist", "1.0.0").With("img/caf\u00E9.svg", "<svg/>").With("empty.txt", "");

    private static readonly Dictionary<string, ZipForge> Zips = new()
    {
        ["Finder leftovers"] = App.Forge().Folder("__MACOSX").File("__MACOSX/dist/._index.html", "x"),
        ["a desktop file"] = App.Forge().File(".DS_Store", "x"),
        ["a hidden top folder"] = App.Forge().Folder(".well-known").File(".well-known/assetlinks.json", "[]"),
        ["sizes after stored content"] = App.Forge().File("dist/late.js", "late();", e => e.Stored().DataDescriptor()),
        ["sizes after stored content, unsigned"] =
            App.Forge().File("dist/late.js", "late();", e => e.Stored().DataDescriptor(d => d with { HasSignature = false })),
        ["64-bit sizes after deflated content"] = App.Forge().File("dist/late.js", "late();", e => e.DataDescriptor(d => d with { Zip64 = true })),
        ["sizes after deflated content, unsigned"] = App.Forge().File("dist/late.js", "late();", e => e.DataDescriptor(d => d with { HasSignature = false })),
    };

    private PipelineInstance _pipeline = null!;

    public static TheoryData<string> Shapes => [.. Zips.Keys];

    public async ValueTask InitializeAsync() => _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Repacked_bundle_unpacks_everywhere_to_the_same_assets(string shape)
    {
        var dropped = Zips[shape].Build();

        var (release, served) = await PublishAsync(dropped);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(dropped)), release.UploadSha256.Hex);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(served)), release.Zip.Sha256.Hex);
        Assert.Equal(served.Length, release.Zip.Size);
        Assert.NotEqual(dropped, served);
        Assert.Equal(Assets(dropped), Assets(served));
        foreach (var platform in Enum.GetValues<DevicePlatform>())
        {
            var folder = new MemoryBundleStorage().Create();
            Assert.Equal("dist/", new BundleUnpacker(platform).Unpack(new MemoryStream(served), folder));
            Assert.Equal(Assets(dropped).Keys, folder.Paths.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Repacking_gives_the_same_bytes_every_time()
    {
        var dropped = Zips["Finder leftovers"].Build();

        var (_, first) = await PublishAsync(dropped);
        var (_, second) = await PublishAsync(dropped);

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Repacked_bundle_dropped_again_is_the_same_release()
    {
        var dropped = Zips["a desktop file"].Build();
        var app = PipelineInstance.NewApp();
        await _pipeline.IntakeAsync($"{app}/production/1.0.0.zip", dropped);

        Assert.IsType<IntakeResult.AlreadyPublished>(await _pipeline.IntakeAsync($"{app}/production/1.0.0.zip", dropped));
    }

    [Fact]
    public async Task Zip_served_repacked_may_be_dropped_as_it_was_served()
    {
        var dropped = Zips["a desktop file"].Build();
        var app = PipelineInstance.NewApp();
        var (_, served) = await PublishAsync(dropped, app);

        Assert.IsType<IntakeResult.Promoted>(await _pipeline.IntakeAsync($"{app}/beta/1.0.0.zip", served));
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private async Task<(Release Release, byte[] Served)> PublishAsync(byte[] zip, AppId? existing = null)
    {
        var app = existing ?? PipelineInstance.NewApp();
        var result = await _pipeline.IntakeAsync($"{app}/production/1.0.0.zip", zip);
        var release = Assert.IsType<IntakeResult.Published>(result).Release;
        return (release, await _pipeline.ReadAsync(Containers.Bundles, $"{app}/1.0.0/{release.Zip.Sha256}.zip"));
    }

    /// <summary>The files of the top folder as the platform's own zip reader sees them: path and content.</summary>
    private static SortedDictionary<string, string> Assets(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return new SortedDictionary<string, string>(
            archive.Entries.Where(entry => entry.FullName.StartsWith("dist/", StringComparison.Ordinal)).ToDictionary(entry => entry.FullName, Read),
            StringComparer.Ordinal);
    }

    private static string Read(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
