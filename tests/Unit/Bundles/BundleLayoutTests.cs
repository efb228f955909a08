using Serverless.Bundles;

namespace Serverless.Tests.Unit.Bundles;

public sealed class BundleLayoutTests
{
    [Theory]
    [InlineData("", "index.html", "assets/a.js")]
    [InlineData("", "index.html", "dist/index.html")]
    [InlineData("dist/", "dist/index.html", "dist/assets/a.js")]
    [InlineData("dist/", "dist/", "dist/index.html")]
    [InlineData("dist/", "__MACOSX/dist/._index.html", ".DS_Store", "dist/index.html")]
    public void Root_is_the_top_or_the_single_folder(string root, params string[] names)
    {
        Assert.Null(BundleLayout.Find([.. names.Select(Entries.Named)], out var layout));

        Assert.Equal(root, layout.Root);
    }

    [Theory]
    [InlineData("a.js")]
    [InlineData("dist/a.js")]
    [InlineData("dist/www/index.html")]
    [InlineData("dist/index.html", "other/a.js")]
    [InlineData("dist/index.html", "a.js")]
    [InlineData("Index.html")]
    [InlineData("index.html/a")]
    [InlineData(".hidden/index.html")]
    [InlineData()]
    public void Bundle_without_a_start_page_is_refused(params string[] names) => Assert.Equal("no_index_html", Find(names));

    [Fact]
    public void System_files_are_left_out()
    {
        IEnumerable<string> names = ["index.html", ".DS_Store", "__MACOSX/._index.html", "__MACOSX/", "assets/.keep"];

        Assert.Null(BundleLayout.Find([.. names.Select(Entries.Named)], out var layout));

        Assert.Equal(["index.html", "assets/.keep"], layout.Kept.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData("duplicate_name", "index.html", "index.html")]
    [InlineData("duplicate_name", "index.html", "a", "a/b")]
    [InlineData("duplicate_name", "index.html", "a/b", "a")]
    [InlineData("duplicate_name", "index.html", "a", "a/")]
    [InlineData("case_collision", "index.html", "INDEX.html")]
    [InlineData("case_collision", "index.html", "a/x", "A/y")]
    [InlineData("case_collision", "index.html", "a/b/x", "a/B/y")]
    [InlineData("case_collision", "index.html", "größe.js", "GRÖSSE.js", "GRÖßE.js")]
    public void Names_that_are_one_on_a_device_are_refused(string code, params string[] names) => Assert.Equal(code, Find(names));

    [Theory]
    [InlineData("index.html", "a/", "a/x", "a/y")]
    [InlineData("index.html", "a/x", "a/b/x", "b/a/x")]
    [InlineData("index.html", "ab", "a/b", "abc")]
    public void Names_that_share_folders_are_fine(params string[] names) => Assert.Null(Find(names));

    private static string? Find(params string[] names) => BundleLayout.Find([.. names.Select(Entries.Named)], out _)?.Code;
}
