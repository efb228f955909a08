namespace Serverless.Commands;

/// <summary>What a developer wants pushed.</summary>
/// <param name="Source">Path of a folder or a zip.</param>
/// <param name="BlobName">In the drop zone.</param>
/// <param name="Metadata">What is said about it, under the names of the blob's metadata.</param>
/// <param name="Timeout">How long to wait for the verdict.</param>
internal sealed record PushRequest(string Source, string BlobName, Dictionary<string, string> Metadata, TimeSpan Timeout);
