namespace Serverless.Device.Bundles;

/// <summary>Where a device keeps the files of its bundles.</summary>
public interface IBundleStorage
{
    /// <summary>A new, empty folder.</summary>
    IBundleFolder Create();
}

/// <summary>The unpacked files of one bundle.</summary>
public interface IBundleFolder
{
    /// <summary>Paths relative to the folder, with slashes.</summary>
    IReadOnlyCollection<string> Paths { get; }

    /// <summary>Writes a file; a second one of the same path replaces the first, as unzipping does.</summary>
    void Write(string path, Stream content);

    /// <summary>Opens a file for reading.</summary>
    Stream Open(string path);

    /// <summary>Deletes the folder; doing so twice is fine.</summary>
    void Delete();
}
