using Serverless.Devices;
using Serverless.Notices;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Notices;

public sealed class NoticeAudienceTests
{
    private static readonly BundleVersion Bad = BundleVersion.Parse("1.2.0");
    private static readonly Cell Ios = new(CellKind.Platform, "ios");
    private static readonly Cell Android14 = new(CellKind.OsMajor, "android-14");

    private static readonly Dictionary<BundleVersion, DeviceCells> NoRecord = [];

    [Theory]
    [InlineData("1.2.0", true)]
    [InlineData("1.1.0", false)]
    [InlineData(null, false)]
    public void Without_a_record_who_runs_the_release_is_exposed_to_it(string? running, bool isIncluded) =>
        Assert.Equal(isIncluded, Exposed().Includes(Viewer("ios", running), NoRecord));

    [Fact]
    public void By_its_record_a_device_is_exposed_whatever_it_runs_now() =>
        Assert.True(Exposed().Includes(Viewer("ios", "1.1.0"), Record(default)));

    [Theory]
    [InlineData("ios", true)]
    [InlineData("android", false)]
    [InlineData(null, false)]
    public void Withdrawal_on_one_platform_is_told_there_alone(string? platform, bool isIncluded)
    {
        Assert.Equal(isIncluded, Exposed(Ios).Includes(Viewer(platform, "1.2.0"), NoRecord));
        Assert.Equal(isIncluded, Exposed(Ios).Includes(Viewer(platform, "1.1.0"), Record(DeviceCells.Of(platform, null, null, null))));
    }

    [Fact]
    public void What_a_viewer_does_not_say_of_itself_only_its_record_tells()
    {
        Assert.False(Exposed(Android14).Includes(Viewer("android", "1.2.0"), NoRecord));
        Assert.True(Exposed(Android14).Includes(Viewer("android", "1.2.0"), Record(DeviceCells.Of("android", "1.0.0", "8.51.23", "14"))));
        Assert.False(Exposed(Android14).Includes(Viewer("android", "1.2.0"), Record(DeviceCells.Of("android", "1.0.0", "8.51.23", "15"))));
    }

    private static NoticeAudience Exposed(params Cell[] cells) => new() { ExposedTo = Bad, Cells = [.. cells] };

    private static NoticeViewer Viewer(string? platform, string? running) => new(Words.App("com.example.app"), platform, running, Device: null);

    private static Dictionary<BundleVersion, DeviceCells> Record(DeviceCells cells) => new() { [Bad] = cells };
}
