using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Ledger;

public sealed class PointerMoveTests
{
    [Theory]
    [InlineData("from builtin to 1.4.2")]
    [InlineData("from 1.4.2 to builtin: 3 of 9 devices failed: update_fail")]
    [InlineData("from 1.4.1-rc.1+5 to 1.4.2")]
    public void Words_of_a_move_are_read_back(string words) => Assert.Equal(words, $"{PointerMove.Parse(words)}");

    [Theory]
    [InlineData("")]
    [InlineData("from 1.4.2")]
    [InlineData("from v1 to 1.4.2")]
    [InlineData("from 1.4.1 to 1.4.2 because")]
    public void Other_words_are_no_move(string words) => Assert.Null(PointerMove.Parse(words));

    [Fact]
    public void Reason_is_kept() =>
        Assert.Equal(new PointerMove(BundleVersion.Parse("1.0.0"), null, "it: failed"), PointerMove.Parse("from 1.0.0 to builtin: it: failed"));
}
