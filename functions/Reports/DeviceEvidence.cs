using Serverless.Devices;
using Serverless.Outcomes;

namespace Serverless.Reports;

/// <summary>A device event as it travels through a queue: a pseudonym, a version and a vote, nothing else that would tell who it is.</summary>
/// <param name="App">App id.</param>
/// <param name="Device">Pseudonym.</param>
/// <param name="Version">The release it is about; null when the plugin does not say and it must be found.</param>
/// <param name="Kind">How it counts.</param>
/// <param name="Action">The plugin's action.</param>
/// <param name="At">When the server heard of it.</param>
internal sealed record DeviceEvidence(string App, string Device, string? Version, VoteKind Kind, string Action, DateTimeOffset At)
{
    /// <summary>The parts of the fleet that the device belongs to.</summary>
    public DeviceCells Cells { get; init; }

    /// <summary>Where it came from; null for what is not limited by network.</summary>
    public NetworkTag? Network { get; init; }

    /// <summary>The rollout in whose control the device was seen; null for what is about the release itself.</summary>
    public string? Control { get; init; }
}

/// <summary>A queue message: as many events as fit.</summary>
internal sealed record EventBatch(IReadOnlyList<DeviceEvidence> Events);
