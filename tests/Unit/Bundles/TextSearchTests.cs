using System.Text;
using CsCheck;
using Serverless.Bundles;

namespace Serverless.Tests.Unit.Bundles;

public sealed class TextSearchTests
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
                Assert.True(Finds(Needle, [content[..first], content[first..second], content[second..]]));
            }
        }
    }

    [Fact]
    public void Needle_is_found_byte_by_byte() => Assert.True(Finds(Needle, Needle.Select(character => $"{character}")));

    [Fact]
    public void What_is_found_is_what_the_whole_content_holds() => Gen.Select(
        Gen.OneOf("a", "ab", "aab", "aabaa", "abab"), Gen.String[Gen.Char["ab"], 0, 6].Array[0, 12]).Sample(
        (needle, pieces) => Finds(needle, pieces) == string.Concat(pieces).Contains(needle, StringComparison.Ordinal),
        iter: 50_000);

    [Fact]
    public void Two_contents_do_not_make_one_needle()
    {
        var search = new TextSearch(Encoding.ASCII.GetBytes(Needle));

        search.Add("notifyApp"u8);
        search.Reset();
        search.Add("Ready"u8);

        Assert.False(search.Found);
    }

    [Fact]
    public void What_was_found_stays_found()
    {
        var search = new TextSearch(Encoding.ASCII.GetBytes(Needle));

        search.Add("notifyAppReady"u8);
        search.Reset();
        search.Add("nothing"u8);

        Assert.True(search.Found);
    }

    private static bool Finds(string needle, IEnumerable<string> pieces)
    {
        var search = new TextSearch(Encoding.ASCII.GetBytes(needle));
        foreach (var piece in pieces)
        {
            search.Add(Encoding.ASCII.GetBytes(piece));
        }

        return search.Found;
    }
}
