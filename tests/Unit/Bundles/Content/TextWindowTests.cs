using System.Buffers;
using System.Text;
using CsCheck;
using Serverless.Bundles.Content;

namespace Serverless.Tests.Unit.Bundles.Content;

public sealed class TextWindowTests
{
    private const string Needle = "notifyAppReady";

    [Fact]
    public void Needle_is_found_wherever_it_is_split()
    {
        var content = $"CapacitorUpdater.{Needle}();";
        for (var first = 0; first <= content.Length; first++)
        {
            for (var second = first; second <= content.Length; second++)
            {
                Assert.Equal(1, Count(Needle, [content[..first], content[first..second], content[second..]]));
            }
        }
    }

    [Fact]
    public void Needle_is_found_byte_by_byte() => Assert.Equal(1, Count(Needle, Needle.Select(character => $"{character}")));

    [Fact]
    public void What_is_found_is_what_the_whole_content_holds() => Gen.Select(
        Gen.OneOf("a", "ab", "aab", "aabaa", "abab"), Gen.String[Gen.Char["ab"], 0, 6].Array[0, 12]).Sample(
        (needle, pieces) => Count(needle, pieces) == Occurrences(string.Concat(pieces), needle),
        iter: 50_000);

    [Fact]
    public void Long_content_hides_nothing_where_windows_meet() => Gen.Select(Gen.Int[0, 40_000], Gen.Int[1, 30_000]).Sample(
        (before, step) =>
        {
            var content = new string('.', before) + Needle + new string('-', 600);
            var shown = new List<string>();
            var window = new TextWindow(SearchValues.Create([Needle], StringComparison.Ordinal), (text, at) => shown.Add($"{at} {text}"));
            foreach (var piece in content.Chunk(step))
            {
                window.Add(Encoding.ASCII.GetBytes(piece));
            }

            window.End();
            var start = Math.Max(0, before - TextWindow.Reach);
            return shown is [var only] && only == $"{before - start} {content[start..(before + TextWindow.Reach)]}";
        },
        iter: 500);

    [Fact]
    public void Two_contents_do_not_make_one_needle()
    {
        var found = 0;
        var window = new TextWindow(SearchValues.Create([Needle], StringComparison.Ordinal), (_, _) => found++);

        window.Add("notifyApp"u8);
        window.End();
        window.Add("Ready"u8);
        window.End();

        Assert.Equal(0, found);
    }

    private static int Count(string needle, IEnumerable<string> pieces)
    {
        var found = 0;
        var window = new TextWindow(SearchValues.Create([needle], StringComparison.Ordinal), (text, at) => found += text[at..].StartsWith(needle, StringComparison.Ordinal) ? 1 : 0);
        foreach (var piece in pieces)
        {
            window.Add(Encoding.ASCII.GetBytes(piece));
        }

        window.End();
        return found;
    }

    private static int Occurrences(string content, string needle) =>
        Enumerable.Range(0, content.Length).Count(at => content.AsSpan(at).StartsWith(needle, StringComparison.Ordinal));
}
