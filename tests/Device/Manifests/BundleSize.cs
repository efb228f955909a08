using Serverless.Device.Answers;

namespace Serverless.Device.Manifests;

/// <summary>What an update will transfer, as far as the server knows.</summary>
/// <param name="TotalSize">Bytes of the known files together.</param>
/// <param name="KnownFiles">How many files the server knows the size of.</param>
/// <param name="UnknownFiles">How many it does not.</param>
/// <param name="Files">The files that the device lacks.</param>
public sealed record BundleSize(long TotalSize, int KnownFiles, int UnknownFiles, IReadOnlyList<FileSize> Files)
{
    internal static BundleSize Unknown(IReadOnlyList<ManifestFile> files) =>
        new(0, 0, files.Count, [.. files.Select(file => new FileSize(file.Name, file.Hash, Size: null))]);
}

/// <summary>One file's share of an update.</summary>
/// <param name="Name">The file as the manifest names it.</param>
/// <param name="Hash">Its hash as in the manifest.</param>
/// <param name="Size">Bytes to transfer, or null where the server does not know.</param>
public sealed record FileSize(string Name, string Hash, long? Size);
