using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>How the standalone host looks for blobs; the Azure host is told by Event Grid instead.</summary>
internal sealed class BlobScanOptions
{
    public const string Section = "BlobScan";

    /// <summary>Between two listings of a container.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a scanner may take from claiming a blob to sending its message; after that another scanner sends it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks for receipts that nothing needs any more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "1.00:00:00")]
    public TimeSpan CleanUpInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the receipt of a handled blob is kept once the blob is gone or replaced.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan ReceiptRetention { get; set; } = TimeSpan.FromDays(1);
}

[OptionsValidator]
internal sealed partial class BlobScanOptionsValidator : IValidateOptions<BlobScanOptions>;
