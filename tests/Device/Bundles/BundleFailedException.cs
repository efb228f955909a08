namespace Serverless.Device.Bundles;

/// <summary>A bundle that the device downloaded, or tried to, and will not install.</summary>
/// <param name="action">The event it is reported with, such as <c>checksum_fail</c>; <c>download_fail</c> when no bytes came.</param>
/// <param name="message">What was wrong.</param>
/// <param name="cause">The exception behind it, if any.</param>
public sealed class BundleFailedException(string action, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The event it is reported with.</summary>
    public string Action => action;

    /// <summary>The files of a delta update that failed; empty for a zip.</summary>
    internal IReadOnlyList<FileFailure> Files { get; init; } = [];
}

/// <summary>A file of a delta update that did not come, or was not what the manifest said.</summary>
internal sealed record FileFailure(string Action, string FileName, string Reason);
