using System.Text.Json;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Errors;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Errors;

public sealed class ErrorRecorderTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly DeviceCells Cells = new("ios", "1.0.0", "8.51", "ios-17");

    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);

    [Fact]
    public async Task Errors_that_are_alike_are_one_group_and_devices_count_once()
    {
        var devices = await OfferedAsync("1.0.0", Voters.Many(5));
        ErrorReport[] errors = [.. devices.Select(device => Error("1.0.0", device, "It broke"))];

        await Task.WhenAll(errors.Chunk(2).Select(RecordAsync));
        await RecordAsync([.. errors, Error("1.0.0", devices[0], "It broke otherwise") with { At = Voters.Noon.AddHours(1) }]);

        var groups = await ListAsync("1.0.0");
        Assert.Equal([("It broke otherwise", 1), ("It broke", 5)], groups.Select(group => (group.Kind.Line, group.DeviceCount)));
        Assert.Equal((Cells, "update_fail", Voters.Noon), (groups[1].Kind.Cells, groups[1].Kind.Code, groups[1].FirstSeenAt));
        Assert.Equal([KeyValuePair.Create("2026-05-01", 10L)], groups[1].Trend);
    }

    [Fact]
    public async Task Devices_that_were_never_offered_the_release_have_no_errors()
    {
        await RecordAsync(Error("1.0.0", Voters.New(), "It broke"));

        Assert.Empty(await ListAsync("1.0.0"));
    }

    [Fact]
    public async Task Error_of_an_earlier_release_is_recognised()
    {
        var device = Voters.New();
        await OfferedAsync("1.0.0", [device]);
        await OfferedAsync("1.1.0", [device]);
        await OfferedAsync("0.9.0", [device]);

        await RecordAsync(Error("1.0.0", device, "It broke"));
        await RecordAsync(Error("1.1.0", device, "It broke") with { Cells = Cells with { OsMajor = "ios-18" } }, Error("1.1.0", device, "It is new"));
        await RecordAsync(Error("0.9.0", device, "It broke"));

        Assert.Equal(
            [("0.9.0", "It broke", null), ("1.0.0", "It broke", null), ("1.1.0", "It broke", "1.0.0"), ("1.1.0", "It is new", null)],
            (await ListAsync(null)).Select(group => (group.Kind.Version.Value, group.Kind.Line, group.RecursFrom?.Value)).Order());
    }

    [Fact]
    public async Task Release_has_two_hundred_groups_and_one_for_the_rest()
    {
        var device = Assert.Single(await OfferedAsync("1.0.0", [Voters.New()]));

        await RecordAsync([.. Enumerable.Range(0, 205).Select(line => Error("1.0.0", device, $"Line {line}"))]);
        await RecordAsync(Error("1.0.0", device, "Line 3"), Error("1.0.0", device, "Line 300"));

        var groups = await ListAsync("1.0.0");
        Assert.Equal(201, groups.Count);
        Assert.Equal(6, Assert.Single(groups, group => group.Kind.Code == ErrorGroup.Other).Trend["2026-05-01"]);
        Assert.Equal(2, Assert.Single(groups, group => group.Kind.Line == "Line 3").Trend["2026-05-01"]);
    }

    [Fact]
    public async Task Message_that_is_none_of_ours_is_dropped()
    {
        await _pipeline.Get<ErrorRecorder>().RecordAsync("{\"Events\":", Cancellation);
        await _pipeline.Get<ErrorRecorder>().RecordAsync("null", Cancellation);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private async Task<DevicePseudonym[]> OfferedAsync(string version, DevicePseudonym[] devices)
    {
        await Task.WhenAll(devices.Select(device => _pipeline.Get<OutcomeStore>().OfferAsync(_app, BundleVersion.Parse(version), device, Cancellation).AsTask()));
        return devices;
    }

    private ErrorReport Error(string version, DevicePseudonym device, string line) =>
        new(_app.Value, device.Hex, version, "update_fail", line, Voters.Noon) { Cells = Cells };

    private Task RecordAsync(params ErrorReport[] errors) =>
        _pipeline.Get<ErrorRecorder>().RecordAsync(JsonSerializer.Serialize(new ErrorBatch(errors), WireJson.Default.ErrorBatch), Cancellation);

    private async Task<IReadOnlyList<ErrorGroup>> ListAsync(string? version) =>
        (await _pipeline.Get<ErrorGroups>().ListAsync(_app, version is null ? null : BundleVersion.Parse(version), code: null, Cancellation))!;
}
