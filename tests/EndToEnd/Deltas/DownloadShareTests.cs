using System.Globalization;
using Serverless.Device;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>What an update costs a device where one small file of a bundle of about 5 MB has changed.</summary>
[Collection(nameof(Deltas))]
public sealed class DownloadShareTests(DeltaServer server, ITestOutputHelper output)
{
    private const string Reference = "8.51.23";

    private static readonly long ZipBytes = AssortedBundle.Of(DeltaServer.Second).Forge().Measure().Length;

    public static TheoryData<DevicePlatform, KeyInApp> Devices { get; } = new MatrixTheoryData<DevicePlatform, KeyInApp>(
        Enum.GetValues<DevicePlatform>(), [KeyInApp.None, KeyInApp.Servers]);

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task One_changed_file_takes_a_twentieth_of_the_zip_at_most(DevicePlatform platform, KeyInApp key)
    {
        var device = server.Device(Reference, platform, key);
        await device.UpdateAsync();
        await device.FollowAsync(DeltaServer.SecondChannel);

        var traffic = await device.UpdateAsync();

        RequireShare(traffic, $"{platform}, key: {key}, from the release before");
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task One_changed_file_takes_no_more_where_the_app_was_shipped_with_the_others(DevicePlatform platform, KeyInApp key)
    {
        var device = server.Device(Reference, platform, key, shipped: DeltaServer.First);
        await device.FollowAsync(DeltaServer.SecondChannel);

        var traffic = await device.UpdateAsync();

        RequireShare(traffic, $"{platform}, key: {key}, from the bundle in the app");
    }

    /// <summary>The answer that lists the files counts as well: a list that is longer than what it saves would be no gain.</summary>
    private void RequireShare(Traffic traffic, string device)
    {
        var together = traffic.FileBytes + traffic.AnswerBytes;
        output.WriteLine(
            $"{device}: {traffic.Files} file of {traffic.FileBytes} bytes ({Share(traffic.FileBytes)}) and an answer of {traffic.AnswerBytes} bytes as sent "
            + $"({Share(traffic.AnswerBytes)}), {together} bytes together ({Share(together)}) of a zip of {ZipBytes} bytes.");

        Assert.InRange(ZipBytes, 4_500_000, 5_500_000);
        Assert.Equal((1, 0), (traffic.Files, traffic.Zips));
        Assert.InRange(together, 1, ZipBytes / 20);
    }

    private static string Share(long bytes) => ((double)bytes / ZipBytes).ToString("P3", CultureInfo.InvariantCulture);
}
