using Serverless.Device;
using Serverless.Device.Answers;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary><c>getBundleDownloadSize</c>, which came with 8.47: what the server announces is what the device then transfers.</summary>
[Collection(nameof(Deltas))]
public sealed class DownloadSizeTests(DeltaServer server)
{
    public static TheoryData<string, DevicePlatform, KeyInApp> Devices { get; } = new MatrixTheoryData<string, DevicePlatform, KeyInApp>(
        ["8.47.0", "8.51.23"], Enum.GetValues<DevicePlatform>(), [KeyInApp.None, KeyInApp.Servers]);

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task Announced_size_is_what_is_then_downloaded(string plugin, DevicePlatform platform, KeyInApp key)
    {
        var device = server.Device(plugin, platform, key);

        await RequireAnnouncedAsync(device);
        await device.FollowAsync(DeltaServer.SecondChannel);
        await RequireAnnouncedAsync(device);

        Assert.Equal(DeltaServer.Second, device.Running);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task Files_shipped_in_the_app_are_not_announced(string plugin, DevicePlatform platform, KeyInApp key)
    {
        var device = server.Device(plugin, platform, key, shipped: DeltaServer.First);
        await device.FollowAsync(DeltaServer.SecondChannel);

        await RequireAnnouncedAsync(device);

        Assert.Equal(DeltaServer.Second, device.Running);
    }

    private static async Task RequireAnnouncedAsync(DeltaDevice device)
    {
        var announced = await device.AskForSizeAsync(Assert.IsType<Offer>(await device.CheckAsync()));
        var traffic = await device.UpdateAsync();

        Assert.Equal((traffic.FileBytes, traffic.Files, 0), (announced.TotalSize, announced.KnownFiles, announced.UnknownFiles));
    }
}
