using System.Text.Json.Serialization;

namespace Serverless.Hosts.Standalone.Timers;

/// <summary>What all instances know of a timer, kept in the blob whose lease decides who runs it.</summary>
/// <param name="Schedule">The expression that <paramref name="Next"/> was computed by.</param>
/// <param name="Last">The occurrence that ran last; null before the first run.</param>
/// <param name="Next">The occurrence that is due next.</param>
internal sealed record TimerStatus(string Schedule, DateTimeOffset? Last, DateTimeOffset Next);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TimerStatus))]
internal sealed partial class TimerStatusJson : JsonSerializerContext;
