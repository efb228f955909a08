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

    /// <summary>A release that does not start on so few devices that it stays: they must not be offered it again, for as long as it is out.</summary>
    Flaky,

    /// <summary>What is no bundle.</summary>
    Malformed,

    /// <summary>The last upload once more, byte by byte.</summary>
    Again,
}
