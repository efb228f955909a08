using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Deliveries;
using Serverless.Tests.Support;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Approvals;

/// <summary>What webhooks are told of approvals.</summary>
public sealed class ApprovalAnnouncementsTests : IDisposable
{
    private static readonly ApprovalPolicy Policy = new ApprovalSettings(1, ["ann"]).ToPolicy(7)!;

    private static readonly ApprovalRequest Asked = new()
    {
        Channel = ChannelName.Production,
        Version = Words.Version("1.1.0"),
        Sha256 = TestReleases.Digest("1.1.0"),
        AskedAt = TestRollouts.Noon,
        Percent = 100,
        Policy = 7,
    };

    private readonly QueueSpy _queues = new();
    private readonly DeliveryHttp _http = new(Options.Create(new DeliveryOptions()), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_and_grant_are_told_once_under_ids_that_stay()
    {
        var granted = ApprovalActs.Approve(Policy, Asked, "ann", 100, TestRollouts.Noon)!.Request;

        await TellAsync(Asked);
        await TellAsync(granted);

        var told = Told();
        Assert.Equal(["approval.requested", "approval.requested", "approval.granted"], told.Select(delivery => delivery.Event));
        Assert.Equal(told[0].Id, told[1].Id);
        Assert.Equal(["ann"], Data(told[2])["approvers"]!.AsArray().Select(approver => approver!.GetValue<string>()));
    }

    [Fact]
    public async Task Broken_glass_is_told_with_who_broke_it_and_why()
    {
        await TellAsync(ApprovalActs.BreakGlass(Policy, Asked, "root", "It burns.", TestRollouts.Noon)!.Request);

        var told = Told()[^1];
        Assert.Equal("approval.break_glass", told.Event);
        Assert.Equal(
            """{"app":"com.example.app","channel":"production","version":"1.1.0","sha256":"<sha256>","percent":100,"by":"root","reason":"It burns."}""".Replace("<sha256>", Asked.Sha256.Hex, StringComparison.Ordinal),
            Data(told).ToJsonString());
    }

    [Fact]
    public async Task What_was_declined_is_told_no_more()
    {
        await TellAsync(ApprovalActs.Decline(Asked, "ann", "No.", TestRollouts.Noon)!.Request);

        Assert.Empty(Told());
    }

    public void Dispose()
    {
        _http.Dispose();
        _queues.Dispose();
    }

    /// <summary>Each time as another instance would, which remembers nothing.</summary>
    private async Task TellAsync(ApprovalRequest request)
    {
        var webhooks = new WebhookOptions();
        webhooks.Endpoints["desk"] = new WebhookEndpoint { Url = new Uri("https://hooks.example.com/"), Secret = $"whsec_{Convert.ToBase64String(new byte[32])}" };
        using var announcer = new Announcer(
            new DeliveryTargets(_http, TimeProvider.System, Options.Create(webhooks), Options.Create(new NotificationHubOptions())), new DeliveryQueue(_queues.Client()));
        await new ApprovalAnnouncements(announcer).TellAsync(Words.App("com.example.app"), request, Cancellation);
    }

    private Delivery[] Told() => [.. _queues.Messages.Select(message => DeliveryQueue.Read(message.Text)!)];

    private static JsonNode Data(Delivery delivery) => JsonNode.Parse(delivery.Body)!["data"]!;
}
