namespace Serverless.Storage;

/// <summary>Where data is: a connection string, or the three service addresses and an identity, under the name the Functions host uses.</summary>
internal sealed class StorageOptions
{
    public const string Section = "AzureWebJobsStorage";

    public Uri? BlobServiceUri { get; set; }

    public Uri? QueueServiceUri { get; set; }

    public Uri? TableServiceUri { get; set; }

    /// <summary>Of a user-assigned identity; the system-assigned one when empty.</summary>
    public string? ClientId { get; set; }
}
