using System.Text.Json.Nodes;
using Serverless.Apps;
using Serverless.Notices;

namespace Serverless.Deliveries;

/// <summary>Something that happened and others want to know.</summary>
/// <param name="Type">From <see cref="EventType"/>.</param>
/// <param name="App">Whose it is.</param>
/// <param name="Subject">What tells it from other announcements of the type: announced again, it has the same.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">For webhooks.</param>
internal sealed record Announcement(string Type, AppId App, string Subject, DateTimeOffset At, JsonObject Data)
{
    /// <summary>Of a notice: what is pushed to devices.</summary>
    public Notice? Notice { get; init; }

    /// <summary>Names this announcement at one endpoint, for ever: receivers know a repetition by it.</summary>
    public string IdFor(string endpoint, string part = "") => $"msg_{NoticeId.Of(Type, App.Value, Subject, endpoint, part)}";
}
