using Serverless.Devices;

namespace Serverless.Tests.Unit.Devices;

public sealed class CellTests
{
    [Theory]
    [InlineData("platform:ios")]
    [InlineData("native:1.4.0")]
    [InlineData("plugin:8.51")]
    [InlineData("os:android-14")]
    public void A_cell_is_its_text(string text)
    {
        Assert.True(Cell.TryParse(text, out var cell));

        Assert.Equal(text, cell.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ios")]
    [InlineData("platform:")]
    [InlineData("colour:red")]
    [InlineData("platform:iOS")]
    [InlineData("platform:a b")]
    [InlineData("native:1.0.0-0123456789012345678901234567")]
    public void Other_text_is_no_cell(string? text) => Assert.False(Cell.TryParse(text, out _));

    [Fact]
    public void A_device_belongs_to_a_cell_of_each_kind()
    {
        var cells = DeviceCells.Of("ios", "2.1.0", "8.51.23", "17.5.1");

        Assert.Equal(["platform:ios", "native:2.1.0", "plugin:8.51", "os:ios-17"], cells.All().Select(cell => cell.ToString()));
        Assert.All(cells.All(), cell => Assert.True(cells.Contains(cell)));
        Assert.False(cells.Contains(new Cell(CellKind.OsMajor, "ios-18")));
    }

    [Fact]
    public void What_a_device_does_not_say_is_no_cell_of_it() => Assert.Empty(DeviceCells.Of(null, "", null, "17").All());

    [Fact]
    public void Hostile_words_become_plain_ones()
    {
        var cells = DeviceCells.Of("i|os: \n", new string('9', 500), "8", "14");

        Assert.All(cells.All(), cell => Assert.True(Cell.TryParse(cell.ToString(), out _)));
    }
}
