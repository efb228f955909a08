using CsCheck;
using Serverless.Management;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Management;

public sealed class PageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pages_of_a_list_hold_each_entry_once_and_the_newest_first()
    {
        Gen.Select(Gen.Int[0, 20].Array[0, 30], Gen.Int[1, 10]).Sample((minutes, limit) =>
        {
            var entries = minutes.Select((minute, index) => (At: Noon.AddMinutes(minute), Name: $"1.0.{index}")).ToArray();
            var seen = new List<(DateTimeOffset At, string Name)>();
            string? place = null;
            do
            {
                var (shown, next) = NextPage.Of(limit, place).CutWhole(entries, Place);
                Assert.True(shown.Length == limit || (next is null && shown.Length < limit));
                seen.AddRange(shown);
                place = next;
            }
            while (place is not null);

            Assert.Equal(entries.Order(), seen.Order());
            Assert.Equal(seen.Select(entry => entry.At).OrderDescending(), seen.Select(entry => entry.At));
        });
    }

    [Fact]
    public void Entry_that_comes_or_goes_meanwhile_moves_no_other_to_or_from_the_next_page()
    {
        var entries = Enumerable.Range(0, 6).Select(index => (At: Noon.AddMinutes(index), Name: $"1.0.{index}")).ToArray();
        var (first, next) = NextPage.Of(2, null).CutWhole(entries, Place);

        var (second, _) = NextPage.Of(2, next).CutWhole(entries.Where(entry => entry.Name != "1.0.4").Append((At: Noon.AddMinutes(9), Name: "1.0.9")), Place);

        Assert.Equal(["1.0.5", "1.0.4"], first.Select(entry => entry.Name));
        Assert.Equal(["1.0.3", "1.0.2"], second.Select(entry => entry.Name));
    }

    private static string Place((DateTimeOffset At, string Name) entry) => Page.NewestFirst(entry.At, entry.Name);
}
