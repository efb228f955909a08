using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Deliveries;
using Serverless.Notices;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Tests.Storage.Notices;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Webhooks;

namespace Serverless.Tests.Storage.Deliveries;

/// <summary>Webhooks to real servers on loopback, through real queues of their own: other tests would take the messages.</summary>
public sealed class WebhookTests(WebhookTests.Queues queues, KeyFolder keys) : IClassFixture<WebhookTests.Queues>
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

    private readonly string _endpoint = $"hook-{Guid.NewGuid():N}";
    private readonly AppId _app = PipelineInstance.NewApp();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_arrives_signed_so_that_the_reference_library_accepts_it()
    {
        await using var receiver = await Receiver.StartAsync(204);
        await using var server = await StartAsync(receiver.Address);

        await AnnounceAsync(server, "1.0.0 with “quotes”, ü and \\ in it");

        var request = (await ReceiveAsync(receiver, 1))[0];
        var payload = JsonNode.Parse(request.Body)!;
        Assert.Equal("POST /hook", request.Line);
        Assert.Equal("application/json", request.Headers["content-type"]);
        Assert.Equal(
            ("release.published", "2026-05-01T12:00:00.000Z", _app.Value, "1.0.0 with “quotes”, ü and \\ in it"),
            (payload["type"]!.GetValue<string>(), payload["timestamp"]!.GetValue<string>(), payload["data"]!["app"]!.GetValue<string>(), payload["data"]!["version"]!.GetValue<string>()));
        Assert.Equal("valid", await StandardWebhooks.VerifyAsync(Secret, request.Headers, request.Body, Cancellation));
        Assert.NotEqual("valid", await StandardWebhooks.VerifyAsync(Secret, request.Headers, [.. request.Body, (byte)' '], Cancellation));
        Assert.NotEqual("valid", await StandardWebhooks.VerifyAsync("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", request.Headers, request.Body, Cancellation));
    }

    [Fact]
    public async Task While_a_secret_is_changed_both_verify()
    {
        const string Next = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0ISE=";
        await using var receiver = await Receiver.StartAsync(200);
        await using var server = await StartAsync(receiver.Address, ("Secret", $"{Next} {Secret}"));

        await AnnounceAsync(server);

        var request = (await ReceiveAsync(receiver, 1))[0];
        Assert.Equal("valid", await StandardWebhooks.VerifyAsync(Secret, request.Headers, request.Body, Cancellation));
        Assert.Equal("valid", await StandardWebhooks.VerifyAsync(Next, request.Headers, request.Body, Cancellation));
    }

    [Fact]
    public async Task Failed_attempt_is_repeated_under_the_same_id_with_a_signature_of_its_own_time()
    {
        await using var receiver = await Receiver.StartAsync(500, 404, 200);
        await using var server = await StartAsync(receiver.Address);

        await AnnounceAsync(server);

        var requests = await ReceiveAsync(receiver, 3);
        Assert.Single(requests.Select(request => request.Headers["webhook-id"]).Distinct());
        Assert.Equal(requests[0].Body, requests[2].Body);
        Assert.Equal("valid", await StandardWebhooks.VerifyAsync(Secret, requests[2].Headers, requests[2].Body, Cancellation));
        Assert.Empty(await DeadAsync(server));
    }

    [Fact]
    public async Task Endpoint_that_asks_to_be_left_alone_is_left_alone_for_so_long()
    {
        await using var receiver = await Receiver.StartAsync((number, context) =>
        {
            context.Response.StatusCode = number == 1 ? 429 : 200;
            context.Response.Headers.RetryAfter = "3";
            return Task.CompletedTask;
        });
        await using var server = await StartAsync(receiver.Address);

        await AnnounceAsync(server);

        var requests = await ReceiveAsync(receiver, 2);
        Assert.True(requests[1].At - requests[0].At >= TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Endpoint_that_does_not_answer_in_time_is_tried_again()
    {
        await using var receiver = await Receiver.StartAsync((number, context) =>
            number == 1 ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Task.CompletedTask);
        await using var server = await StartAsync(receiver.Address, ("Timeout", "00:00:00.5"));

        await AnnounceAsync(server);

        Assert.Equal(2, (await ReceiveAsync(receiver, 2)).Count);
    }

    [Fact]
    public async Task What_always_fails_is_given_up_and_shown_without_address_and_secret()
    {
        await using var receiver = await Receiver.StartAsync(503);
        await using var server = await StartAsync(receiver.Address);

        await AnnounceAsync(server);

        var dead = await BuriedAsync(server);
        var shown = await server.GetAsync("manage/deliveries");
        Assert.Equal(("release.published", 4, "503"), (dead["event"]!.GetValue<string>(), dead["attempts"]!.GetValue<int>(), dead["lastFault"]!.GetValue<string>()));
        Assert.Equal(4, receiver.Requests.Count);
        Assert.DoesNotContain("127.0.0.1", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[6..], shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_that_refuses_connections_is_given_up_as_unreachable()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var server = await StartAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)nobody.LocalEndPoint!).Port}"));

        await AnnounceAsync(server);

        Assert.Equal("unreachable", (await BuriedAsync(server))["lastFault"]!.GetValue<string>());
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        await using var elsewhere = await Receiver.StartAsync(200);
        await using var receiver = await Receiver.StartAsync((_, context) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Address.AbsoluteUri;
            return Task.CompletedTask;
        });
        await using var server = await StartAsync(receiver.Address);

        await AnnounceAsync(server);

        Assert.Equal("307", (await BuriedAsync(server))["lastFault"]!.GetValue<string>());
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Endpoint_that_says_it_is_gone_is_told_nothing_more_until_it_moves()
    {
        await using var receiver = await Receiver.StartAsync(410, 200);
        await using (var server = await StartAsync(receiver.Address))
        {
            await AnnounceAsync(server, "1.0.0");
            Assert.Equal("gone", (await BuriedAsync(server))["lastFault"]!.GetValue<string>());

            await AnnounceAsync(server, "1.1.0");

            await Eventually.True(async () => (await DeadAsync(server)).Length == 2, "The second event should be given up unsent.");
            Assert.Single(receiver.Requests);
            Assert.NotNull((await server.GetAsync("manage/deliveries")).Json["endpoints"]![0]!["goneSince"]);
        }

        await using var moved = await StartAsync(receiver.Address, ("Url", new Uri(receiver.Address, "moved").AbsoluteUri));
        await AnnounceAsync(moved, "1.2.0");

        Assert.Equal("POST /moved", (await ReceiveAsync(receiver, 2))[1].Line);
    }

    [Fact]
    public async Task What_is_owed_outlives_the_process()
    {
        await using var receiver = await Receiver.StartAsync(500, 200);
        await using (var server = await StartAsync(receiver.Address, ("Schedule", "00:00:03")))
        {
            await AnnounceAsync(server);
            await ReceiveAsync(receiver, 1);
        }

        await using var successor = await StartAsync(receiver.Address, ("Schedule", "00:00:03"));

        var requests = await ReceiveAsync(receiver, 2);
        Assert.Equal(requests[0].Headers["webhook-id"], requests[1].Headers["webhook-id"]);
    }

    [Fact]
    public async Task Only_events_and_apps_that_it_asked_for_reach_an_endpoint()
    {
        await using var receiver = await Receiver.StartAsync(200);
        await using var server = await StartAsync(receiver.Address, ("Events", "incident.opened, release.withdrawn"), ("Apps", $"com.example.other, {_app}"));

        await AnnounceAsync(server, type: EventType.ReleasePublished);
        await server.Get<Announcer>().AnnounceAsync(Event(EventType.ReleaseWithdrawn, PipelineInstance.NewApp(), "1.0.0"), Cancellation);
        await AnnounceAsync(server, type: EventType.ReleaseWithdrawn);

        await ReceiveAsync(receiver, 1);
        Assert.Equal("release.withdrawn", JsonNode.Parse(Assert.Single(receiver.Requests).Body)!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Incident_is_told_from_its_opening_to_its_end_each_step_once()
    {
        await using var receiver = await Receiver.StartAsync(200);
        await using var server = await StartAsync(receiver.Address);
        var opened = new Incident { Version = BundleVersion.Parse("1.1.0"), State = IncidentState.Opened, Reason = "It failed.", OpenedAt = DateTimeOffset.UnixEpoch };
        var resolved = opened with { State = IncidentState.Resolved, ClosedAt = DateTimeOffset.UnixEpoch.AddMinutes(10) };

        foreach (var step in new[] { opened, opened, opened with { State = IncidentState.Moved }, resolved, resolved })
        {
            await server.Get<IncidentAnnouncements>().ChangedAsync(_app, step, Cancellation);
        }

        var events = (await ReceiveAsync(receiver, 3)).Select(request => JsonNode.Parse(request.Body)!).ToLookup(body => body["type"]!.GetValue<string>());
        Assert.Equal(["incident.opened", "incident.resolved", "incident.updated"], events.Select(type => type.Key).Order(StringComparer.Ordinal));
        Assert.All(events, type => Assert.Single(type));
        Assert.Equal(
            (_app.Value, "1.1.0", "It failed.", "1970-01-01T00:10:00.000Z"),
            (Data("app"), Data("version"), Data("reason"), events["incident.resolved"].First()["timestamp"]!.GetValue<string>()));

        string Data(string member) => events["incident.resolved"].First()["data"]![member]!.GetValue<string>();
    }

    [Fact]
    public async Task Published_release_is_told()
    {
        await using var receiver = await Receiver.StartAsync(200);
        await using var server = await StartAsync(receiver.Address, ("Events", "release.published"));
        await using var intake = await PipelineInstance.StartAsync(queues.Azurite.ConnectionString, keys, builder =>
        {
            builder.Configuration[$"Webhooks:{_endpoint}:Url"] = receiver.Address.AbsoluteUri;
            builder.Configuration[$"Webhooks:{_endpoint}:Secret"] = Secret;
        });

        await intake.PublishAsync(_app, "1.0.0");

        var data = JsonNode.Parse((await ReceiveAsync(receiver, 1))[0].Body)!["data"]!;
        Assert.Equal($$"""{"app":"{{_app}}","version":"1.0.0","channel":"production","sequence":1}""", data.ToJsonString());
    }

    [Fact]
    public async Task Notice_that_a_crash_left_unannounced_is_announced_once()
    {
        await using var receiver = await Receiver.StartAsync(200);
        await using var server = await StartAsync(receiver.Address);
        var app = await server.NewAppAsync();
        var before = DateTimeOffset.UtcNow.AddHours(-1);
        var notice = new Notice
        {
            Id = NoticeId.New(before),
            Kind = NoticeKind.Incident,
            Texts = ImmutableSortedDictionary<string, NoticeText>.Empty.Add("en", new NoticeText("Down", "b")),
            CreatedAt = before,
            UpdatedAt = before,
        };
        await server.Get<ReleaseCatalog>().ChangeAsync(app, (_, _) => Task.FromResult<CatalogChange?>(new CatalogChange { Notices = [notice], Ledger = [] }), Cancellation);

        await server.Get<NoticeUpkeep>().RunAsync(Cancellation);
        await server.Get<NoticeUpkeep>().RunAsync(Cancellation);

        var payload = JsonNode.Parse((await ReceiveAsync(receiver, 1))[0].Body)!;
        Assert.Equal(("notice.published", notice.Id), (payload["type"]!.GetValue<string>(), payload["data"]!["id"]!.GetValue<string>()));
        Assert.True((await server.Get<NoticeBoard>().FindAsync(app, notice.Id, Cancellation))!.IsAnnounced);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("Url", "http://hooks.example.com/", "Url must be an https address")]
    [InlineData("Secret", "whsec_c2hvcnQ=", "Secret must be")]
    [InlineData("Events", "incident.closed", "Events names 'incident.closed'")]
    [InlineData("Apps", "example", "Apps names 'example'")]
    public async Task Wrong_setting_stops_the_start_and_tells_no_secret(string setting, string value, string sentence)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(new Uri("https://hooks.example.com"), (setting, value)));

        Assert.Contains($"Webhooks:{_endpoint}:{sentence}", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ", fault.Message, StringComparison.Ordinal);
    }

    private static Announcement Event(string type, AppId app, string version) =>
        new(type, app, version, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), new JsonObject { ["version"] = version });

    private static async Task<IReadOnlyList<ReceivedRequest>> ReceiveAsync(Receiver receiver, int count)
    {
        await Eventually.True(() => receiver.Requests.Count >= count, $"{count} requests should arrive.");
        return receiver.Requests;
    }

    private Task AnnounceAsync(NoticeServer server, string version = "1.0.0", string type = EventType.ReleasePublished) =>
        server.Get<Announcer>().AnnounceAsync(Event(type, _app, version), Cancellation);

    private Task<JsonNode> BuriedAsync(NoticeServer server) =>
        Eventually.Value(async () => (await DeadAsync(server)).FirstOrDefault(), "The delivery should be given up.");

    private async Task<JsonNode[]> DeadAsync(NoticeServer server) =>
        [.. (await server.GetAsync("manage/deliveries")).Json["dead"]!.AsArray().Where(dead => dead!["endpoint"]!.GetValue<string>() == _endpoint)!];

    private Task<NoticeServer> StartAsync(Uri address, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            [$"Webhooks:{_endpoint}:Url"] = new Uri(address, "hook").AbsoluteUri,
            [$"Webhooks:{_endpoint}:Secret"] = Secret,
            ["Deliveries:Schedule"] = "00:00:01, 00:00:01, 00:00:01",
        };
        foreach (var (name, value) in settings)
        {
            all[name is "Schedule" or "Timeout" ? $"Deliveries:{name}" : $"Webhooks:{_endpoint}:{name}"] = value;
        }

        return NoticeServer.StartDeliveringAsync(queues.Azurite.ConnectionString, keys, all);
    }

    public sealed class Queues : IAsyncLifetime
    {
        public AzuriteFixture Azurite { get; } = new();

        public ValueTask InitializeAsync() => Azurite.InitializeAsync();

        public ValueTask DisposeAsync() => Azurite.DisposeAsync();
    }
}
