using CsCheck;
using Serverless.Devices;
using Serverless.Outcomes;

namespace Serverless.Tests.Unit.Outcomes;

public sealed class ReleaseTallyTests
{
    private static readonly OutcomeTally Failed = new(Exposed: 1, Good: 0, Failed: 1, Discarded: 0);

    [Fact]
    public void Device_counts_in_the_total_in_each_of_its_cells_and_by_its_code()
    {
        var tally = ReleaseTally.Zero
            .Add(Failed, new DeviceCells("ios", "1.0.0", "8.51", "ios-17"), "update_fail")
            .Add(new OutcomeTally(1, 1, 0, 0), new DeviceCells("ios", "1.0.0", "8.51", null), "app_launch_ready");

        Assert.Equal(new OutcomeTally(2, 1, 1, 0), tally.Total);
        Assert.Equal(
            ["native:1.0.0 2/1", "os:ios-17 1/1", "platform:ios 2/1", "plugin:8.51 2/1"],
            tally.Cells.Select(cell => $"{cell.Key} {cell.Value.Exposed}/{cell.Value.Failed}").Order(StringComparer.Ordinal));
        Assert.Equal([KeyValuePair.Create("update_fail", 1L)], tally.Codes);
    }

    [Fact]
    public void Further_cells_and_codes_count_in_the_total_alone()
    {
        var tally = Enumerable.Range(0, 100).Aggregate(
            ReleaseTally.Zero, (sum, build) => sum.Add(Failed, new DeviceCells("ios", $"1.{build}.0", null, null), $"code_{build}"));

        Assert.Equal((100, 64, 16), (tally.Total.Failed, tally.Cells.Count, tally.Codes.Count));
        Assert.Equal(100, tally.Cells[new Cell(CellKind.Platform, "ios")].Failed);
    }

    [Fact]
    public void Shards_add_up_to_what_one_would_hold() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 1]).Array[0, 20].Sample(devices =>
    {
        var whole = devices.Aggregate(ReleaseTally.Zero, Add);
        var parts = devices.GroupBy(device => device.Item1).Select(shard => shard.Aggregate(ReleaseTally.Zero, Add)).Aggregate(ReleaseTally.Zero, (a, b) => a + b);

        return whole.Total == parts.Total
            && whole.Cells.OrderBy(cell => $"{cell.Key}").SequenceEqual(parts.Cells.OrderBy(cell => $"{cell.Key}"))
            && whole.Codes.OrderBy(code => code.Key).SequenceEqual(parts.Codes.OrderBy(code => code.Key));

        static ReleaseTally Add(ReleaseTally sum, (int Build, int Os, int Code) device) =>
            sum.Add(Failed, new DeviceCells("ios", $"{device.Build}", null, $"ios-{device.Os}"), $"{device.Code}");
    });
}
