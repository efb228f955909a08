namespace Serverless.Chaos.Acts;

/// <param name="At">Since the beginning of the schedule.</param>
/// <param name="Kind">What is dropped.</param>
internal sealed record PlannedUpload(TimeSpan At, UploadKind Kind);

/// <summary>What a developer drops.</summary>
internal enum UploadKind
{
    /// <summary>A release that starts everywhere.</summary>
    Good,

    /// <summary>A release that does not start on a share of the devices.</summary>
    Bad,

    /// <summary>What is no bundle.</summary>
    Malformed,

    /// <summary>The last upload once more, byte by byte.</summary>
    Again,
}
