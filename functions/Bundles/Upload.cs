using Azure;

namespace Serverless.Bundles;

/// <summary>A blob in the drop zone, as it was when intake looked at it.</summary>
/// <param name="Name">The blob's name.</param>
/// <param name="ETag">Of this very content; everything done to the upload is conditional on it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="DroppedAt">When it was written, by the storage's clock.</param>
/// <param name="Metadata">As the developer set it.</param>
internal sealed record Upload(string Name, ETag ETag, long Size, DateTimeOffset DroppedAt, IDictionary<string, string> Metadata);
