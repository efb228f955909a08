using System.Text;
using CsCheck;
using Serverless.Bundles.Zip;

namespace Serverless.Tests.Unit.Bundles.Zip;

public sealed class ZipNameRulesTests
{
    [Theory]
    [InlineData("index.html")]
    [InlineData("assets/")]
    [InlineData("assets/größe.js")]
    [InlineData("..foo/x")]
    [InlineData("%2e%2e/x")]
    [InlineData("a b/c")]
    [InlineData("😀.png")]
    [InlineData("❤️.png")]
    [InlineData("Ǻ/ΐ.js")]
    [InlineData("한글.js")]
    [InlineData("がぎ.js")]
    [InlineData("สวัสดี.js")]
    [InlineData("বাংলা.js")]
    [InlineData("שלום.js")]
    [InlineData("aux.js")]
    [InlineData("NUL")]
    [InlineData("trailing.")]
    [InlineData("trailing ")]
    public void Plain_name_is_read(string name)
    {
        Assert.Null(ZipNameRules.Read(Encoding.UTF8.GetBytes(name), out var read));
        Assert.Equal(name, read);
    }

    [Theory]
    [InlineData("", "invalid_entry_name")]
    [InlineData("a//b", "invalid_entry_name")]
    [InlineData("a//", "invalid_entry_name")]
    [InlineData("./a", "invalid_entry_name")]
    [InlineData("a/.", "invalid_entry_name")]
    [InlineData("a\0b", "invalid_entry_name")]
    [InlineData("a\nb", "invalid_entry_name")]
    [InlineData("a\u202Eb", "invalid_entry_name")]
    [InlineData("a\u2028b", "invalid_entry_name")]
    [InlineData("a\u200Bb", "invalid_entry_name")]
    [InlineData("a\u200Db", "invalid_entry_name")]
    [InlineData("a\u2066b", "invalid_entry_name")]
    [InlineData("a\u061Cb", "invalid_entry_name")]
    [InlineData("\uFEFFa", "invalid_entry_name")]
    [InlineData("a\u00ADb", "invalid_entry_name")]
    [InlineData("a\u3164b", "invalid_entry_name")]
    [InlineData("a\uFFA0b", "invalid_entry_name")]
    [InlineData("a\uFFFFb", "invalid_entry_name")]
    [InlineData("a\u0378b", "invalid_entry_name")]
    [InlineData("a\U000E0041b", "invalid_entry_name")]
    [InlineData("cafe\u0301.js", "decomposed_name")]
    [InlineData("\u1112\u1161\u11AB.js", "decomposed_name")]
    [InlineData("\u304B\u3099.js", "decomposed_name")]
    [InlineData("\u212A.js", "decomposed_name")]
    [InlineData("\u212Bngstrom.js", "decomposed_name")]
    [InlineData("\uF900.js", "decomposed_name")]
    [InlineData("\U0002F800.js", "decomposed_name")]
    [InlineData("..", "path_traversal")]
    [InlineData("../a", "path_traversal")]
    [InlineData("a/../../b", "path_traversal")]
    [InlineData("a/..", "path_traversal")]
    [InlineData("a/../", "path_traversal")]
    [InlineData("/a", "absolute_path")]
    [InlineData("/", "absolute_path")]
    [InlineData("C:a", "absolute_path")]
    [InlineData("a\\b", "backslash_path")]
    [InlineData("..\\a", "backslash_path")]
    public void Name_that_a_device_stumbles_over_is_refused(string name, string code) =>
        Assert.Equal(code, ZipNameRules.Read(Encoding.UTF8.GetBytes(name), out _)?.Code);

    [Fact]
    public void Name_ends_at_1024_bytes()
    {
        Assert.Null(ZipNameRules.Read(Encoding.UTF8.GetBytes(new string('ä', 512)), out _));
        Assert.NotNull(ZipNameRules.Read(Encoding.UTF8.GetBytes(new string('ä', 512) + "a"), out _));
    }

    [Fact]
    public void Accepted_name_stays_inside_the_folder() => Gen.String[Gen.Char["ab./\\:\0 é"], 0, 12].Sample(
        text => ZipNameRules.Read(Encoding.UTF8.GetBytes(text), out var name) is not null
            || Path.GetFullPath(name, "/bundle").StartsWith("/bundle/", StringComparison.Ordinal),
        iter: 50_000);

    [Fact]
    public void Any_bytes_get_an_answer_that_may_be_shown() => Gen.Byte.Array[0, 60].Sample(
        raw => ZipNameRules.Read(raw, out _) is not { } rejection || !rejection.Entry!.EnumerateRunes().Any(Rune.IsControl),
        iter: 5_000);

    [Fact]
    public void Shown_name_is_bounded() => Assert.Equal(200, ZipNameRules.Shorten(new string('a', 5_000)).Length);
}
