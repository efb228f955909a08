using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Observability;

/// <summary>
/// The spans of the pipeline, and how a trace goes on behind a queue or a blob: as W3C <c>traceparent</c> in a member of the message, or in the blob's metadata.
/// While nobody listens to the source there is no span, and nothing is added to a message. Spans name apps, versions and channels, never a device.
/// </summary>
internal static class Traces
{
    /// <summary>The member of a message and the key of an upload's metadata.</summary>
    public const string ContextKey = "traceparent";

    private static readonly ActivitySource Source = new(Telemetry.Source);

    /// <summary>Where what is sent now comes from; null while nobody listens.</summary>
    public static string? Context => Source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>A step of what runs now.</summary>
    /// <param name="name">Of few values.</param>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>The handling of a queue message.</summary>
    /// <param name="queue">Its queue, which names the span.</param>
    /// <param name="message">Of ours or of anybody; read once more for its context, and only while somebody listens.</param>
    public static Activity? Process(string queue, string message) =>
        Source.HasListeners() ? Continue(queue, ContextOf(message), ActivityKind.Consumer) : null;

    /// <summary>
    /// Goes on with the trace of whoever asked for the work. What runs already in that trace stays the parent; what runs in another, a host's own call of the
    /// function, is linked.
    /// </summary>
    /// <param name="name">Of few values.</param>
    /// <param name="context">As it was left in a message or a blob; one that cannot be read is none.</param>
    /// <param name="kind">Whether work is taken or given out.</param>
    public static Activity? Continue(string name, string? context, ActivityKind kind)
    {
        if (!ActivityContext.TryParse(context, traceState: null, isRemote: true, out var parent) || parent.TraceId == Activity.Current?.TraceId)
        {
            return Source.StartActivity(name, kind);
        }

        return Source.StartActivity(name, kind, parent, links: Activity.Current is { } host ? [new ActivityLink(host.Context)] : null);
    }

    /// <summary>What the span is about.</summary>
    public static Activity? About(this Activity? span, string app, string? version, string? channel = null) => span?
        .SetTag("updates.app", app)
        .SetTag("updates.version", version)
        .SetTag("updates.channel", channel);

    private static string? ContextOf(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, TracedJson.Default.TracedMessage)?.Traceparent;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What is the same in every message.</summary>
internal sealed record TracedMessage([property: JsonPropertyName(Traces.ContextKey)] string? Traceparent);

[JsonSerializable(typeof(TracedMessage))]
internal sealed partial class TracedJson : JsonSerializerContext;
