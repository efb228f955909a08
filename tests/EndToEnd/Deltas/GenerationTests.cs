using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>
/// Every generation of the plugin, on both platforms, without a key, with the server's and with another: updated from one release to the next
/// file by file, and by zip after a file had failed. Which of it succeeds is written in <see cref="FateTable"/>.
/// </summary>
[Collection(nameof(Deltas))]
public sealed class GenerationTests(DeltaServer server)
{
    private static readonly IReadOnlyDictionary<string, byte[]> Bundle = AssortedBundle.Of(DeltaServer.Second).Files;

    /// <summary>Lists leave empty files out: no device could decrypt one.</summary>
    private static readonly KeyValuePair<string, byte[]>[] Listed = [.. Bundle.Where(file => file.Value.Length > 0)];

    private static readonly long ZipBytes = AssortedBundle.Of(DeltaServer.Second).Forge().Measure().Length;

    public static IEnumerable<TheoryDataRow<string, DevicePlatform, KeyInApp, Fate>> Taking => FateTable.With(Fate.Plain, Fate.Encrypted);

    public static IEnumerable<TheoryDataRow<string, DevicePlatform, KeyInApp, Fate>> Legacy => FateTable.With(Fate.Crc32);

    public static IEnumerable<TheoryDataRow<string, DevicePlatform, KeyInApp, Fate>> Refused => FateTable.With(Fate.Mismatch);

    public static IEnumerable<TheoryDataRow<string, DevicePlatform, KeyInApp, Fate>> Failing => FateTable.With(Fate.ChecksumUnopened, Fate.SignatureUnopened);

    [Theory]
    [MemberData(nameof(Taking))]
    public async Task Device_installs_file_by_file_and_downloads_only_what_changed(string plugin, DevicePlatform platform, KeyInApp key, Fate fate)
    {
        var device = server.Device(plugin, platform, key);
        var first = await device.UpdateAsync();
        await device.FollowAsync(DeltaServer.SecondChannel);

        var second = await device.UpdateAsync();

        Assert.Equal((Listed.Length, 0), (first.Files, first.Zips));
        Assert.Equal((1, Sent(Bundle[AssortedBundle.ChangedFile].Length, fate), 0), (second.Files, second.FileBytes, second.Zips));
        Assert.Equal(DeltaServer.Second, device.Running);
        device.RequireFiles(Listed);
        Assert.Equal(["download_manifest_complete 1.1.0", "set 1.1.0", "download_manifest_complete 1.2.0", "set 1.2.0"], device.Installations);
        Assert.Empty(device.Failures);
    }

    [Theory]
    [MemberData(nameof(Taking))]
    public async Task Device_whose_file_failed_installs_the_zip(string plugin, DevicePlatform platform, KeyInApp key, Fate fate)
    {
        var device = server.Device(plugin, platform, key, shipped: DeltaServer.First);
        await device.FollowAsync(DeltaServer.SecondChannel);
        device.Wire.LosesFiles = true;
        Assert.Equal("download_manifest_file_fail", await device.FailAsync());
        await device.WaitForZipAsync();

        var traffic = await device.UpdateAsync();

        Assert.Equal((0, 1, Sent(ZipBytes, fate)), (traffic.Files, traffic.Zips, traffic.ZipBytes));
        Assert.Equal(DeltaServer.Second, device.Running);
        device.RequireFiles(Bundle);
        Assert.Equal(["download_zip_complete 1.2.0", "set 1.2.0"], device.Installations);
        Assert.Contains("download_manifest_file_fail 1.2.0:version.json", device.Failures);
    }

    [Theory]
    [MemberData(nameof(Legacy))]
    public async Task Device_that_knows_no_lists_installs_the_zip(string plugin, DevicePlatform platform, KeyInApp key, Fate fate)
    {
        var device = server.Device(plugin, platform, key);
        await device.UpdateAsync();
        await device.FollowAsync(DeltaServer.SecondChannel);

        var traffic = await device.UpdateAsync();

        Assert.Equal((0, 1, Sent(ZipBytes, fate)), (traffic.Files, traffic.Zips, traffic.ZipBytes));
        Assert.Equal(DeltaServer.Second, device.Running);
        device.RequireFiles(Bundle);
        Assert.Equal(["download_zip_complete 1.1.0", "set 1.1.0", "download_zip_complete 1.2.0", "set 1.2.0"], device.Installations);
        Assert.Empty(device.Failures);
    }

    /// <summary>It is never offered either form, so there is one case and not two.</summary>
    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Device_that_names_another_key_is_refused(string plugin, DevicePlatform platform, KeyInApp key, Fate fate)
    {
        var device = server.Device(plugin, platform, key);

        var refusal = Assert.IsType<Refusal>(Assert.IsType<NoUpdate>(await device.OpenAsync()).Answer);

        Assert.Equal((Fate.Mismatch, RefusalKind.Blocked, "key_id_mismatch", 200), (fate, refusal.Kind, refusal.Error, refusal.Status));
        Assert.Equal("builtin", device.Running);
        var traffic = device.Wire.Take();
        Assert.Equal((0, 0), (traffic.Files, traffic.Zips));
        Assert.Empty(device.Failures);
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task Device_that_cannot_verify_a_list_does_not_install_it(string plugin, DevicePlatform platform, KeyInApp key, Fate fate)
    {
        var device = server.Device(plugin, platform, key, shipped: DeltaServer.First);
        await device.FollowAsync(DeltaServer.SecondChannel);

        var reason = await device.FailAsync();

        Assert.Equal(fate is Fate.ChecksumUnopened ? "download_fail" : "download_manifest_checksum_fail", reason);
        Assert.Equal(fate is Fate.ChecksumUnopened ? 1 : 0, device.Wire.Take().Files);
        Assert.Equal("builtin", device.Running);
        Assert.Empty(device.Installations);
        Assert.Equal(
            fate is Fate.ChecksumUnopened ? ["download_fail"] : ["download_manifest_checksum_fail", "download_fail"],
            device.Failures.Select(report => report.Split(' ')[0]));
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task Device_that_cannot_verify_a_zip_does_not_install_it_and_is_spared_it_from_then_on(
        string plugin, DevicePlatform platform, KeyInApp key, Fate fate)
    {
        var device = server.Device(plugin, platform, key, shipped: DeltaServer.First);
        await device.FollowAsync(DeltaServer.SecondChannel);
        device.Wire.LosesFiles = true;
        Assert.Equal(fate is Fate.ChecksumUnopened ? "download_manifest_file_fail" : "download_manifest_checksum_fail", await device.FailAsync());
        await device.WaitForZipAsync();

        var reason = await device.FailAsync();

        Assert.Equal(fate is Fate.ChecksumUnopened ? "checksum_fail" : "decrypt_fail", reason);
        Assert.Equal(1, device.Wire.Take().Zips);
        Assert.Equal("builtin", device.Running);
        Assert.Equal(["download_zip_complete 1.2.0"], device.Installations);
    }

    /// <summary>AES in CBC pads to the next whole block of 16 bytes.</summary>
    private static long Sent(long plain, Fate fate) => fate is Fate.Encrypted ? ((plain / 16) + 1) * 16 : plain;
}
