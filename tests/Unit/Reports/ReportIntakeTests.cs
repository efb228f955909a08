using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Outcomes;
using Serverless.Reports;
using Serverless.Storage;
using Serverless.Tests.Support;

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

    private static readonly Pepper Pepper = new(new byte[32]);

    private static readonly Tickets Tickets = new(Pepper, new FakeTimeProvider(Noon), Options.Create(new EvidenceOptions()));

    private static readonly NetworkTag Network = new(7);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly QueueSpy _queues = new();
    private readonly ReportIntake _intake;

    public ReportIntakeTests() => _intake = new ReportIntake(
        new EvidenceQueue(_queues.Client()),
        new RecentEvents(new FakeTimeProvider(Noon)),
        UsageStub.New(new FakeTimeProvider(Noon)),
        Pepper,
        Tickets,
        new FakeTimeProvider(Noon),
        new Telemetry(_services.GetRequiredService<IMeterFactory>()));

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

    [Fact]
    public async Task Event_of_a_device_that_its_app_does_not_know_is_answered_and_left_out()
    {
        var asked = 0;
        var admission = new DeviceAdmission(_ =>
        {
            asked++;
            return ValueTask.FromResult(AppAdmission.Refused("nothing_shown"));
        });

        var faults = await _intake.RunAsync([Ready, Ready with { Action = "update_fail" }, null], Network, admission, Cancellation);

        Assert.Equal([null, null, RequestFault.InvalidBody], faults);
        Assert.Equal(1, asked);
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
            Platform = new string('p', 100),
            VersionBuild = new string('n', 100),
            PluginVersion = new string('g', 100),
            VersionOs = new string('o', 100),
            Metadata = new EventMetadata(new string('é', 1024), null, null),
        };

        await RunAsync([.. Enumerable.Range(0, 300).Select(at => longest with { Timestamp = at })]);

        Assert.Equal(300, Sent().Count);
        Assert.All(_queues.Messages, message => Assert.InRange(Encoding.UTF8.GetByteCount(message.Text), 1, Queues.MaxMessageBytes));
    }

    [Fact]
    public async Task Evidence_says_of_what_kind_the_device_is_and_from_where()
    {
        await RunAsync(Ready with { VersionBuild = "1.0.0", PluginVersion = "8.51.23", VersionOs = "14" });

        var (_, evidence) = Assert.Single(Sent());
        Assert.Equal((new DeviceCells("android", "1.0.0", "8.51", "android-14"), Network), (evidence.Cells, evidence.Network));
    }

    [Fact]
    public async Task Network_of_a_device_with_a_ticket_does_not_matter()
    {
        DeviceIdentity.Parse(Ready.AppId, Ready.DeviceId, Pepper, out var device);

        await RunAsync(Ready with { CustomId = Tickets.Issue(device).Text }, Ready with { CustomId = "user 4711", Timestamp = 1 });

        Assert.Equal([null, Network], Sent().Select(item => item.Evidence.Network));
        Assert.All(_queues.Messages, message => Assert.DoesNotContain("4711", message.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("update_fail", "1.4.1", Queues.FailureReports)]
    [InlineData("app_crash", "1.4.1", Queues.FailureReports)]
    [InlineData("webview_javascript_error", "1.4.1", null)]
    [InlineData("unzip_fail", null, Queues.FailureReports)]
    public async Task Error_has_a_queue_of_its_own_and_one_line_of_its_message(string action, string? version, string? evidence)
    {
        await RunAsync(Ready with { Action = action, Metadata = new EventMetadata("No user 4711\nsecond line", "TypeError", null) });

        var message = Assert.Single(_queues.Messages, message => message.Queue == Queues.DeviceErrors);
        var error = Assert.Single(JsonSerializer.Deserialize(message.Text, WireJson.Default.ErrorBatch)!.Events);
        Assert.Equal((version, action, "TypeError: No user #", Noon), (error.Version, error.Code, error.Line, error.At));
        Assert.Equal(evidence, Sent().Select(item => item.Queue).SingleOrDefault());
    }

    [Theory]
    [InlineData("app_killed_low_memory")]
    [InlineData("low_mem_fail")]
    [InlineData("insufficient_disk_space")]
    public async Task Trouble_of_the_device_is_neither_evidence_nor_an_error(string action)
    {
        await RunAsync(Ready with { Action = action });

        Assert.Empty(_queues.Messages);
    }

    [Fact]
    public async Task Crash_that_names_no_release_is_not_looked_for()
    {
        await RunAsync(Ready with { Action = "app_crash", VersionName = "" });

        Assert.Empty(_queues.Messages);
    }

    public void Dispose()
    {
        _services.Dispose();
        _queues.Dispose();
    }

    private Task<IReadOnlyList<RequestFault?>> RunAsync(params DeviceEvent?[] events) => _intake.RunAsync(events, Network, GateStub.Admission, Cancellation);

    private List<(string Queue, DeviceEvidence Evidence)> Sent() =>
        [.. _queues.Messages.Where(message => message.Queue != Queues.DeviceErrors).SelectMany(message => EvidenceReader.Read(message.Text)!.Events.Select(item => (message.Queue, item)))];
}
