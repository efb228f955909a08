using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Reports;
using Serverless.Storage;

namespace Serverless.Tests.Unit.Reports;

public sealed class ReportIntakeTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DeviceEvent Ready = new()
    {
        Platform = "android",
        DeviceId = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20",
        AppId = "com.example.app",
        VersionName = "1.4.1",
        Action = "app_launch_ready",
    };

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly QueueSpy _queues = new();
    private readonly ReportIntake _intake;

    public ReportIntakeTests() => _intake = new ReportIntake(
        new EvidenceQueue(_queues.Client()), new RecentEvents(new FakeTimeProvider(Noon)), new Pepper(new byte[32]), new FakeTimeProvider(Noon), new Telemetry(_services.GetRequiredService<IMeterFactory>()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("update_fail", "1.4.1", "1.4.1", "Failed")]
    [InlineData("download_manifest_file_fail", "1.4.1:assets/app.js.br", "1.4.1", "FailedByFiles")]
    [InlineData("download_manifest_file_fail", "1.4.1-rc.1+7:a:b", "1.4.1-rc.1+7", "FailedByFiles")]
    [InlineData("update_fail", "", null, "Failed")]
    [InlineData("unzip_fail", "1.4.0", null, "Failed")]
    [InlineData("checksum_fail", "1.4.0", null, "Failed")]
    public async Task Failure_names_the_release_or_leaves_it_to_be_found(string action, string named, string? version, string vote)
    {
        await RunAsync(Ready with { Action = action, VersionName = named });

        var (queue, evidence) = Assert.Single(Sent());
        Assert.Equal((Queues.FailureReports, version, vote, action, Noon), (queue, evidence.Version, $"{evidence.Kind}", evidence.Action, evidence.At));
    }

    [Fact]
    public async Task Missing_version_name_is_no_fault()
    {
        var faults = await RunAsync(Ready with { Action = "download_fail", VersionName = null });

        Assert.Null(Assert.Single(faults));
        Assert.Empty(_queues.Messages);
    }

    [Theory]
    [InlineData("app_launch_ready", "builtin")]
    [InlineData("app_launch_ready", "1.4")]
    [InlineData("app_launch_ready", "")]
    [InlineData("set", "builtin")]
    public async Task Success_of_no_release_is_no_evidence_for_one(string action, string named)
    {
        var faults = await RunAsync(Ready with { Action = action, VersionName = named });

        Assert.Null(Assert.Single(faults));
        Assert.Empty(_queues.Messages);
    }

    [Fact]
    public async Task Event_at_fault_is_dropped_and_the_others_are_kept()
    {
        var faults = await RunAsync(Ready, null, Ready with { AppId = null }, Ready with { Action = "" }, Ready with { Action = new string('a', 65) }, Ready with { Action = "set" });

        Assert.Equal(
            [null, RequestFault.InvalidBody, RequestFault.MissingApp, RequestFault.InvalidBody, RequestFault.InvalidBody, null], faults);
        Assert.Equal([VoteKind.Good, VoteKind.Installed], Sent().Select(item => item.Evidence.Kind));
    }

    [Fact]
    public async Task Failures_go_to_a_queue_of_their_own()
    {
        await RunAsync(Ready, Ready with { Action = "update_fail" }, Ready with { Action = "ping" }, Ready with { Action = "future_action" });

        Assert.Equal([(Queues.FailureReports, "update_fail"), (Queues.DeviceEvents, "app_launch_ready")], Sent().Select(item => (item.Queue, item.Evidence.Action)));
    }

    [Fact]
    public async Task Events_of_several_apps_may_come_together()
    {
        var faults = await RunAsync(Ready, Ready with { AppId = "com.example.preview" });

        Assert.Equal([null, null], faults);
        Assert.Equal(["com.example.app", "com.example.preview"], Sent().Select(item => item.Evidence.App));
    }

    [Fact]
    public async Task Path_of_any_length_does_not_hide_a_failure()
    {
        await RunAsync(Ready with { Action = "manifest_path_fail", VersionName = $"1.4.1:{new string('a', 100_000)}" });

        Assert.Equal("1.4.1", Assert.Single(Sent()).Evidence.Version);
    }

    [Fact]
    public async Task Messages_of_the_longest_events_fit()
    {
        var longest = Ready with
        {
            AppId = $"com.{new string('a', 151)}",
            Action = "download_manifest_checksum_fail",
            VersionName = $"1.0.0+{new string('b', 122)}",
        };

        await RunAsync([.. Enumerable.Range(0, 300).Select(at => longest with { Timestamp = at })]);

        Assert.Equal(300, Sent().Count);
        Assert.All(_queues.Messages, message => Assert.InRange(Encoding.UTF8.GetByteCount(message.Text), 1, Queues.MaxMessageBytes));
    }

    public void Dispose()
    {
        _services.Dispose();
        _queues.Dispose();
    }

    private Task<IReadOnlyList<RequestFault?>> RunAsync(params DeviceEvent?[] events) => _intake.RunAsync(events, Cancellation);

    private List<(string Queue, DeviceEvidence Evidence)> Sent() =>
        [.. _queues.Messages.SelectMany(message => EvidenceReader.Read(message.Text)!.Events.Select(item => (message.Queue, item)))];
}
