namespace Serverless.Device.Bundles;

/// <summary>A bundle on the device.</summary>
/// <param name="Version">Its name; for the bundle shipped in the app, the name it is reported by.</param>
/// <param name="Status">How far it has come.</param>
public sealed record InstalledBundle(string Version, BundleStatus Status)
{
    /// <summary>Its files; null for the bundle shipped in the app.</summary>
    public IBundleFolder? Folder { get; init; }

    /// <summary>Where <c>index.html</c> lies: empty for the root, <c>dist/</c> for a single top directory, null when nowhere.</summary>
    public string? Root { get; init; }

    /// <summary>The checksum it was offered with as a zip; empty for a bundle that came file by file.</summary>
    public string Checksum { get; init; } = "";

    /// <summary>True for the bundle shipped in the app.</summary>
    public bool IsBuiltin => Folder is null;
}

/// <summary>How far a bundle has come on the device.</summary>
public enum BundleStatus
{
    /// <summary>Downloaded and verified, not yet proven.</summary>
    Pending,

    /// <summary>It has called <c>notifyAppReady</c>.</summary>
    Success,

    /// <summary>It failed, and its folder was kept.</summary>
    Error,
}
