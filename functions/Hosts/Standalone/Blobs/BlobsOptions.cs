using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>The section <c>extensions.blobs</c> of host.json; defaults are those of the Functions host.</summary>
internal sealed class BlobsOptions
{
    public const string Section = "extensions:blobs";

    /// <summary>Blobs that one function handles at the same time.</summary>
    [Range(1, 1000)]
    public int MaxDegreeOfParallelism { get; set; } = 8 * Environment.ProcessorCount;

    /// <summary>The attempt that, when it fails, gives up on the blob.</summary>
    [Range(1, 1000)]
    public int PoisonBlobThreshold { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class BlobsOptionsValidator : IValidateOptions<BlobsOptions>;
