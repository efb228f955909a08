using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Azure;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Reports;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Reports;

/// <summary>The plugin sends an event at least once; what comes again is answered, and neither queued nor counted.</summary>
public sealed class RepeatedEventsTests
{
    private static readonly DeviceEvent Failed = new()
    {
        Platform = "android",
        DeviceId = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20",
        AppId = "com.example.app",
        Action = "update_fail",
        VersionName = "1.4.1",
        Timestamp = 1764000000000,
    };

    private static readonly Gen<DeviceEvent> Events = Gen.Select(
        Gen.OneOf("44f128a5-ac7a-4c9a-be4c-224b6bf81b20", "11111111-ac7a-4c9a-be4c-224b6bf81b20"),
        Gen.OneOf("update_fail", "unzip_fail", "app_launch_ready", "set", "ping", "future_action"),
        Gen.OneOf("1.4.0", "1.4.1", "1.4.1:a.js", ""),
        Gen.Long[1, 3],
        (device, action, version, timestamp) => Failed with { DeviceId = device, Action = action, VersionName = version, Timestamp = timestamp });

    /// <summary>New events, whether the answer to their report reaches the device, and which queue does not answer when it is sent.</summary>
    private static readonly Gen<(DeviceEvent[] Events, bool IsAnswered, string? Outage)> Reports = Gen.Select(
        Events.Array[0, 4], Gen.Bool, Gen.OneOf<string?>(null, null, Queues.FailureReports, Queues.DeviceEvents));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_twice_in_a_report_is_one()
    {
        using var server = new Server();

        var faults = await server.RunAsync(Failed, Failed with { VersionName = "1.4.0" }, Failed);

        Assert.Equal([null, null, null], faults);
        Assert.Equal(["1.4.1", "1.4.0"], server.Sent(Queues.FailureReports).Select(item => item.Version));
        Assert.Equal((2, 1), (server.Received, server.Repeated));
    }

    [Fact]
    public async Task Report_that_comes_again_adds_only_what_is_new()
    {
        using var server = new Server();
        await server.RunAsync(Failed, Failed with { Action = "ping" });

        var faults = await server.RunAsync(Failed, Failed with { Action = "ping" }, Failed with { Action = "app_launch_ready" });

        Assert.Equal([null, null, null], faults);
        Assert.Single(server.Sent(Queues.FailureReports));
        Assert.Single(server.Sent(Queues.DeviceEvents));
        Assert.Equal((3, 2), (server.Received, server.Repeated));
    }

    [Theory]
    [InlineData(Queues.FailureReports)]
    [InlineData(Queues.DeviceEvents)]
    public async Task Report_that_storage_refused_is_taken_in_when_it_comes_again(string outage)
    {
        DeviceEvent[] report = [Failed, Failed with { Action = "app_launch_ready" }];
        using var server = new Server { Outage = outage };
        await Assert.ThrowsAsync<RequestFailedException>(() => server.RunAsync(report));

        server.Outage = null;
        await server.RunAsync(report);

        Assert.Single(server.Sent(Queues.FailureReports));
        Assert.Single(server.Sent(Queues.DeviceEvents));
        Assert.Equal(2, server.Received);
    }

    [Fact]
    public async Task Event_without_a_time_may_happen_again()
    {
        using var server = new Server();
        await server.RunAsync(Failed with { Timestamp = null });

        await server.RunAsync(Failed with { Timestamp = null });

        Assert.Equal(2, server.Sent(Queues.FailureReports).Length);
        Assert.Equal((2, 0), (server.Received, server.Repeated));
    }

    /// <summary>As the plugin does: what was not answered, or with a 429, is sent again before what happened since.</summary>
    [Fact]
    public Task However_often_reports_come_again_the_queues_get_the_same() => Reports.Array[1, 8].SampleAsync(
        async reports =>
        {
            using var once = new Server();
            using var again = new Server();
            DeviceEvent[] kept = [];
            foreach (var (events, isAnswered, outage) in reports.Append(([], IsAnswered: true, Outage: null)))
            {
                await once.RunAsync(events);
                kept = [.. kept, .. events];
                again.Outage = outage;
                var refusal = await Record.ExceptionAsync(() => again.RunAsync(kept));
                kept = refusal is null && isAnswered ? [] : kept;
            }

            return once.Sent(Queues.FailureReports).SequenceEqual(again.Sent(Queues.FailureReports))
                && once.Sent(Queues.DeviceEvents).SequenceEqual(again.Sent(Queues.DeviceEvents))
                && once.Received == again.Received;
        },
        iter: 1_000);

    private sealed class Server : IDisposable
    {
        private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly QueueSpy _queues = new();
        private readonly MeterListener _meters = new();
        private readonly ReportIntake _intake;

        public Server()
        {
            var meters = _services.GetRequiredService<IMeterFactory>();
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
            {
                Received += instrument.Name == "updates.events" ? count : 0;
                Repeated += instrument.Name == "updates.events.repeated" ? count : 0;
            });
            _meters.Start();
            var time = new FakeTimeProvider(Noon);
            var pepper = new Pepper(new byte[32]);
            var tickets = new Tickets(pepper, time, Options.Create(new EvidenceOptions()));
            _intake = new ReportIntake(new EvidenceQueue(_queues.Client()), new RecentEvents(time), UsageStub.New(time), pepper, tickets, time, new Telemetry(meters));
        }

        public string? Outage
        {
            get => _queues.Unavailable;
            set => _queues.Unavailable = value;
        }

        public long Received { get; private set; }

        public long Repeated { get; private set; }

        public Task<IReadOnlyList<RequestFault?>> RunAsync(params DeviceEvent[] events) => _intake.RunAsync(events, network: null, GateStub.Admission, Cancellation);

        public ImmutableArray<DeviceEvidence> Sent(string queue) =>
            [.. _queues.Messages.Where(message => message.Queue == queue).SelectMany(message => EvidenceReader.Read(message.Text)!.Events)];

        public void Dispose()
        {
            _meters.Dispose();
            _services.Dispose();
            _queues.Dispose();
        }
    }
}
