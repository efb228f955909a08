using System.Text;
using Serverless.Device;
using Serverless.Device.Bundles;

namespace Serverless.Tests.Unit.Device;

public sealed class BundleUnpackerTests
{
    [Theory]
    [InlineData("""a\b.js""", "windows_path_fail")]
    [InlineData("../a.js", "canonical_path_fail")]
    [InlineData("a/../../b.js", "canonical_path_fail")]
    [InlineData("/etc/a.js", "canonical_path_fail")]
    [InlineData("./", "canonical_path_fail")]
    [InlineData("a\0b.js", "canonical_path_fail")]
    public void Name_that_leads_outside_is_refused(string name, string action)
    {
        var failure = Assert.Throws<BundleFailedException>(() => Unpack(TestBundle.Zip(("index.html", ""), (name, ""))));

        Assert.Equal(action, failure.Action);
    }

    [Theory]
    [InlineData("a//b.js", "a/b.js")]
    [InlineData("./a.js", "a.js")]
    [InlineData("..foo/x.js", "..foo/x.js")]
    [InlineData("%2e%2e/x.js", "%2e%2e/x.js")]
    public void Name_that_only_looks_odd_is_taken_literally(string name, string path)
    {
        var (_, folder) = Unpack(TestBundle.Zip(("index.html", ""), (name, "")));

        Assert.Contains(path, folder.Paths);
    }

    [Theory]
    [InlineData(DevicePlatform.Android, "", "index.html", "a/b.js")]
    [InlineData(DevicePlatform.Ios, "dist/", "dist/index.html", "dist/a.js")]
    [InlineData(DevicePlatform.Android, "dist/", "dist/index.html", "__MACOSX/x", ".DS_Store")]
    [InlineData(DevicePlatform.Ios, null, "dist/index.html", "__MACOSX/x")]
    [InlineData(DevicePlatform.Android, null, "dist/index.html", "other/a.js")]
    [InlineData(DevicePlatform.Android, null, "a/b/index.html")]
    public void Entry_page_lies_at_the_root_or_in_the_only_directory(DevicePlatform platform, string? expected, params string[] names)
    {
        var (root, _) = Unpack(TestBundle.Zip([.. names.Select(name => (name, "text"))]), platform);

        Assert.Equal(expected, root);
    }

    [Fact]
    public void Damaged_zip_is_refused()
    {
        var zip = TestBundle.Zip(("index.html", "some text that is long enough to be hit"));
        var truncated = zip[..^30];
        var flipped = (byte[])zip.Clone();
        flipped[zip.AsSpan().IndexOf("index.html"u8) + 12] ^= 0x10;

        Assert.Equal("unzip_fail", Assert.Throws<BundleFailedException>(() => Unpack(truncated)).Action);
        Assert.Equal("unzip_fail", Assert.Throws<BundleFailedException>(() => Unpack(flipped)).Action);
    }

    [Fact]
    public void Files_come_out_as_they_went_in()
    {
        var directory = Directory.CreateTempSubdirectory("unpack");
        try
        {
            var folder = new DirectoryBundleStorage(directory.FullName).Create();
            using var zip = new MemoryStream(TestBundle.Zip(("index.html", "page"), ("assets/app.js", "script")));

            new BundleUnpacker(DevicePlatform.Android).Unpack(zip, folder);

            Assert.Equal(["assets/app.js", "index.html"], folder.Paths.Order(StringComparer.Ordinal));
            using var script = new StreamReader(folder.Open("assets/app.js"), Encoding.UTF8);
            Assert.Equal("script", script.ReadToEnd());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static (string? Root, IBundleFolder Folder) Unpack(byte[] zip, DevicePlatform platform = DevicePlatform.Android)
    {
        var folder = new MemoryBundleStorage().Create();
        using var stream = new MemoryStream(zip);
        return (new BundleUnpacker(platform).Unpack(stream, folder), folder);
    }
}
