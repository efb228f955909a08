using Serverless.Devices;
using Serverless.Errors;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Errors;

public sealed class ErrorGroupTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ErrorKind Kind = new(BundleVersion.Parse("1.4.1"), "app_crash", new DeviceCells("ios", "1.0.0", "8.51", "ios-17"), "It broke");

    // Told apart by their first half.
    private static readonly DevicePseudonym One = Device('1');

    private static readonly DevicePseudonym Other = Device('2');

    [Fact]
    public void Device_counts_once_and_its_errors_by_day()
    {
        var group = ErrorGroup.New(Kind, Noon).Add(One, Noon).Add(One, Noon.AddDays(1)).Add(Other, Noon.AddDays(1));

        Assert.Equal((2, Noon, Noon.AddDays(1)), (group.DeviceCount, group.FirstSeenAt, group.LastSeenAt));
        Assert.Equal([KeyValuePair.Create("2026-03-01", 1L), KeyValuePair.Create("2026-03-02", 2L)], group.Trend);
    }

    [Fact]
    public void Trend_is_of_the_last_fourteen_days()
    {
        var group = Enumerable.Range(0, 20).Aggregate(ErrorGroup.New(Kind, Noon), (sum, day) => sum.Add(One, Noon.AddDays(day)));

        Assert.Equal((14, "2026-03-07"), (group.Trend.Count, group.Trend.Keys.First()));
    }

    [Fact]
    public void Fingerprint_is_of_the_error_and_the_id_of_the_kind_of_device_too()
    {
        var elsewhere = Kind with { Version = BundleVersion.Parse("1.5.0"), Cells = Kind.Cells with { OsMajor = "ios-18" } };

        Assert.Equal(Kind.Fingerprint, elsewhere.Fingerprint);
        Assert.NotEqual(Kind.Id, elsewhere.Id);
        Assert.NotEqual(Kind.Fingerprint, (Kind with { Line = "It broke again" }).Fingerprint);
    }

    private static DevicePseudonym Device(char digit) => DevicePseudonym.TryParse(new string(digit, 32), out var device) ? device : default;
}
