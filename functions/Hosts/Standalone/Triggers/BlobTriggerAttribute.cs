namespace Serverless.Hosts.Standalone.Triggers;

/// <summary>How the Azure host learns of blobs. The standalone host always lists the container; the value is read by Azure alone.</summary>
internal enum BlobTriggerSource
{
    LogsAndContainerScan,
    EventGrid,
}

/// <summary>Binds a <c>BlobClient</c> parameter to each new or changed blob under a path such as <c>uploads/{name}</c>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class BlobTriggerAttribute(string blobPath) : Attribute
{
    public string BlobPath => blobPath;

    public string? Connection { get; set; }

    public BlobTriggerSource Source { get; set; }
}
