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
}

/// <param name="Device">Who.</param>
/// <param name="Kind">What.</param>
/// <param name="Code">The action that was reported, such as <c>update_fail</c>.</param>
/// <param name="At">When the server heard of it.</param>
internal readonly record struct Vote(DevicePseudonym Device, VoteKind Kind, string Code, DateTimeOffset At);

internal static class VoteKinds
{
    /// <summary>Counts against the release.</summary>
    public static bool IsFailure(this VoteKind kind) => kind is VoteKind.Failed or VoteKind.FailedByFiles;
}
