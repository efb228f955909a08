using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Notices;

namespace Serverless.Deliveries;

/// <summary>
/// Push through Azure Notification Hubs: each notice, as a template notification. Templates choose their language: <c>$(title)</c> and
/// <c>$(body)</c> are English, <c>$(title_de)</c> and so on what the notice has beside it.
/// </summary>
internal sealed class NotificationHubTarget(NotificationHubConnection hub, DeliveryHttp http, TimeProvider time) : IDeliveryTarget
{
    public const string TargetName = "push";

    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => TargetName;

    public Uri Address { get; } = new(hub.Address, "messages/?api-version=2015-01");

    public IEnumerable<Delivery> Prepare(Announcement announcement) => announcement.Notice is not { } notice ? [] :
        PushTags.For(announcement.App, notice.Audience).Select(tags =>
            new Delivery(TargetName, announcement.IdFor(TargetName, tags), announcement.Type, Attempt: 1, Body(notice)) { Tags = tags });

    public async Task<DeliveryOutcome> SendAsync(Delivery delivery, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(delivery.Body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json;charset=utf-8");
        request.Headers.TryAddWithoutValidation("Authorization", SharedAccessToken.Make(hub.Address, hub.KeyName, hub.Key, time.GetUtcNow() + TokenLifetime));
        request.Headers.TryAddWithoutValidation("ServiceBusNotification-Format", "template");
        request.Headers.TryAddWithoutValidation("ServiceBusNotification-Tags", delivery.Tags);
        return await http.SendAsync(request, cancellation);
    }

    // All properties are strings: templates know nothing else.
    private static byte[] Body(Notice notice)
    {
        var (title, body) = notice.Texts[LanguageTag.Default];
        var properties = new JsonObject
        {
            ["title"] = title,
            ["body"] = body,
            ["notice"] = notice.Id,
            ["kind"] = notice.Kind.ToString().ToLowerInvariant(),
        };
        foreach (var (language, text) in notice.Texts.Where(text => text.Key != LanguageTag.Default))
        {
            properties[$"title_{language}"] = text.Title;
            properties[$"body_{language}"] = text.Body;
        }

        return Encoding.UTF8.GetBytes(properties.ToJsonString(Compact));
    }
}
