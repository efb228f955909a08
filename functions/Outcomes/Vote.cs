using Serverless.Devices;

namespace Serverless.Outcomes;

/// <summary>What a report says about a release on a device.</summary>
internal enum VoteKind
{
    /// <summary>It was downloaded or installed; nothing is proven yet.</summary>
    Installed,

    /// <summary>The device checked in while running it. Says little at first: the check precedes the launch's verdict.</summary>
    Ran,

    /// <summary>The app said it is ready.</summary>
    Good,

    Failed,

    /// <summary>Downloading it file by file failed: it counts as a failure, but the zip may still work on the device.</summary>
    FailedByFiles,

    /// <summary>The app crashed, was killed for what it used up, or its web view died. Known at the next launch, and of whatever runs then.</summary>
    Crashed,

    /// <summary>The device asked for it again from another version, although it had downloaded it.</summary>
    Returned,

    /// <summary>The device was seen running something else after the release was withdrawn.</summary>
    Recovered,
}

/// <param name="Device">Who.</param>
/// <param name="Kind">What.</param>
/// <param name="Code">The action that was reported, such as <c>update_fail</c>.</param>
/// <param name="At">When the server heard of it.</param>
/// <param name="Cells">The parts of the fleet that the device belongs to.</param>
/// <param name="Network">Where it came from; null for what is not limited by network.</param>
/// <param name="IsCapped">Too many new devices of its network voted before it: it moves nothing, unless the device has voted already.</param>
internal readonly record struct Vote(
    DevicePseudonym Device, VoteKind Kind, string Code, DateTimeOffset At, DeviceCells Cells = default, NetworkTag? Network = null, bool IsCapped = false);

internal static class VoteKinds
{
    /// <summary>May count against the release.</summary>
    public static bool IsFailure(this VoteKind kind) => kind is VoteKind.Failed or VoteKind.FailedByFiles or VoteKind.Crashed or VoteKind.Returned;
}
