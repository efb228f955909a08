using System.Collections.Immutable;
using System.Globalization;
using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Deliveries;

/// <summary>An address that is sent events, signed, as the specification Standard Webhooks says.</summary>
internal sealed class WebhookTarget(string name, WebhookEndpoint endpoint, DeliveryHttp http, TimeProvider time) : IDeliveryTarget
{
    // The body is JSON for a program, never part of a page.
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string[] _events = endpoint.ListEvents();
    private readonly string[] _apps = endpoint.ListApps();
    private readonly ImmutableArray<byte[]> _secrets = [.. endpoint.ListSecrets().Select(secret => WebhookSignature.ReadSecret(secret)!)];

    public string Name => name;

    public Uri Address => endpoint.Url!;

    public IEnumerable<Delivery> Prepare(Announcement announcement)
    {
        if ((_events.Length > 0 && !_events.Contains(announcement.Type)) || (_apps.Length > 0 && !_apps.Contains(announcement.App.Value)))
        {
            yield break;
        }

        var data = announcement.Data.DeepClone().AsObject();
        data.Insert(0, "app", announcement.App.Value);
        var payload = new JsonObject
        {
            ["type"] = announcement.Type,
            ["timestamp"] = announcement.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["data"] = data,
        };
        yield return new Delivery(name, announcement.IdFor(name), announcement.Type, Attempt: 1, Encoding.UTF8.GetBytes(payload.ToJsonString(Compact)));
    }

    public async Task<DeliveryOutcome> SendAsync(Delivery delivery, CancellationToken cancellation)
    {
        // The time is the attempt's: receivers refuse what is old, to keep replays out.
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(delivery.Body) };
        request.Content.Headers.ContentType = new(MediaTypeNames.Application.Json);
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(_secrets, delivery.Id, timestamp, delivery.Body));
        return await http.SendAsync(request, cancellation);
    }
}
