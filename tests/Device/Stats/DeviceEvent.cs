using System.Text.Json.Nodes;

namespace Serverless.Device.Stats;

/// <summary>An event a device reports.</summary>
/// <param name="Action">What happened, such as <c>update_fail</c>.</param>
/// <param name="VersionName">The version it is about, by the rules of the action; null where the field is left out.</param>
/// <param name="OldVersionName">The version before, mostly empty.</param>
public sealed record DeviceEvent(string Action, string? VersionName, string OldVersionName)
{
    /// <summary>What is sent.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Sent at once, as an object of its own, instead of in the next array.</summary>
    public bool Alone { get; init; }
}
