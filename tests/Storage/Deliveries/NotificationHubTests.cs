using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Notices;
using Serverless.Releases;
using Serverless.Tests.Storage.Notices;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Deliveries;

/// <summary>Push to a server on loopback that checks what Azure Notification Hubs would.</summary>
public sealed class NotificationHubTests(WebhookTests.Queues queues, KeyFolder keys) : IClassFixture<WebhookTests.Queues>
{
    private const string Key = "c2VjcmV0IGtleSBvZiB0aGUgaHVi+/A=";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notice_is_pushed_as_a_template_to_its_audience()
    {
        await using var hub = await Receiver.StartAsync(503, 201);
        await using var server = await StartAsync(hub.Address);
        var app = await server.NewAppAsync();
        var draft = new NoticeDraft(NoticeKind.Resolution, ImmutableSortedDictionary<string, NoticeText>.Empty
            .Add("en", new NoticeText("Solved", "It works again.")).Add("de", new NoticeText("Gelöst", "Es geht wieder.")))
        {
            Audience = new NoticeAudience { Platforms = ["ios"], ExposedTo = BundleVersion.Parse("1.1.0+7") },
        };

        var notice = await server.Get<NoticeBoard>().PublishAsync(TestPrincipal.Operator, app, draft, Cancellation);

        await Eventually.True(() => hub.Requests.Count == 2, "The push should be tried again after the hub's fault.");
        var request = hub.Requests[1];
        Assert.Equal("POST /the-hub/messages/?api-version=2015-01", request.Line);
        Assert.Equal("template", request.Headers["servicebusnotification-format"]);
        Assert.Equal($"app:{app} && platform:ios && version:1.1.0_7", request.Headers["servicebusnotification-tags"]);
        Assert.Equal("application/json;charset=utf-8", request.Headers["content-type"]);
        Assert.Equal(
            new JsonObject
            {
                ["title"] = "Solved",
                ["body"] = "It works again.",
                ["notice"] = notice!.Id,
                ["kind"] = "resolution",
                ["title_de"] = "Gelöst",
                ["body_de"] = "Es geht wieder.",
            }.ToJsonString(),
            JsonNode.Parse(request.Body)!.ToJsonString());
        RequireToken(request.Headers["authorization"], new Uri(hub.Address, "the-hub/").AbsoluteUri);
        Assert.True((await server.Get<NoticeBoard>().FindAsync(app, notice.Id, Cancellation))!.IsAnnounced);
    }

    // The token as the service's documentation says it is made, recomputed from its own parts.
    private static void RequireToken(string token, string resource)
    {
        Assert.StartsWith("SharedAccessSignature ", token, StringComparison.Ordinal);
        var parts = token["SharedAccessSignature ".Length..].Split('&').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(parts["sr"] + "\n" + parts["se"]));

        Assert.Equal(resource, Uri.UnescapeDataString(parts["sr"]));
        Assert.Equal("send only", Uri.UnescapeDataString(parts["skn"]));
        Assert.Equal(expected, Convert.FromBase64String(Uri.UnescapeDataString(parts["sig"])));
        Assert.InRange(long.Parse(parts["se"], CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 1, 3600);
    }

    private Task<NoticeServer> StartAsync(Uri hub) => NoticeServer.StartDeliveringAsync(queues.Azurite.ConnectionString, keys, new Dictionary<string, string?>
    {
        ["NotificationHub:ConnectionString"] = $"Endpoint=sb://example.servicebus.windows.net/;SharedAccessKeyName=send only;SharedAccessKey={Key}",
        ["NotificationHub:Hub"] = "the-hub",
        ["NotificationHub:BaseUri"] = hub.AbsoluteUri,
        ["Deliveries:Schedule"] = "00:00:01",
    });
}
