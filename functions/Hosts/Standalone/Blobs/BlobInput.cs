using Azure.Storage.Blobs;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>What a blob function is run with: the blob, and its path's parts by name.</summary>
internal sealed record BlobInput(BlobClient Blob, IReadOnlyDictionary<string, string> Parts);
